// The camera, decoded by the phone's own BarcodeDetector where there is one, else by the vendored decoder in a worker.

const HELD = 3000; // ms: a badge that stays in the picture is one scan, however long it is held there
const REGION = 0.8; // of the picture's shorter side: the frame on the screen, with room for a careless hand
const SIZE = 480; // px of the side that is decoded: finer than a badge at arm's length needs, cheap enough for old phones

// What is decoded of a picture, and how finely.
export function region({ videoWidth: width, videoHeight: height }) {
  const side = Math.round(REGION * Math.min(width, height));
  const small = Math.min(side, SIZE);
  return { x: Math.round((width - side) / 2), y: Math.round((height - side) / 2), width: side, height: side, downScaledWidth: small, downScaledHeight: small };
}

// Calls `found` once for each badge that comes into the picture; a `found` that answers false was not listening.
export function once(found, now = Date.now) {
  let [last, at] = ["", 0];
  return (text) => {
    const isHeld = text === last && now() - at < HELD;
    if (isHeld || found(text) !== false) [last, at] = [text, now()];
  };
}

// Parts of the page: video, start (button), torch (button), hint (text). `words.none` says that there is no camera.
export class Camera {
  constructor({ library, parts, words, found }) {
    Object.assign(this, { library, parts, words, found: once(found), hint: parts.hint.textContent });
    parts.start.addEventListener("click", () => this.start());
    parts.torch.addEventListener("click", () => this.toggleTorch());
  }

  async start() {
    const { video, start, hint } = this.parts;
    try {
      if (!navigator.mediaDevices) throw new Error("no camera here");
      const { default: QrScanner } = await import(this.library);
      video.hidden = false;
      this.scanner ??= new QrScanner(video, ({ data }) => data && this.found(data), {
        returnDetailedScanResult: true, preferredCamera: "environment", calculateScanRegion: region, onDecodeError: () => {},
      });
      await this.scanner.start();
      start.hidden = true;
      hint.textContent = this.hint;
      this.parts.torch.hidden = !(await this.scanner.hasFlash());
    } catch {
      video.hidden = true;
      start.hidden = !navigator.mediaDevices;
      hint.textContent = this.words.none;
    }
  }

  async toggleTorch() {
    await this.scanner.toggleFlash().catch(() => {});
    this.parts.torch.setAttribute("aria-pressed", String(this.scanner.isFlashOn()));
  }

  stop() { this.scanner?.stop(); }
}
