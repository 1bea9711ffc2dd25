// The camera, decoded by the browser's own BarcodeDetector where there is one, else by the vendored decoder. These codes
// are dense: more of the picture is looked at, and more finely, than for tickets.

const REGION = 0.9; // of the picture's shorter side
const SIZE = 900; // px of the side that is decoded
const HELD = 3000; // ms: a code that stays in the picture is one scan

export function region({ videoWidth: width, videoHeight: height }) {
  const side = Math.round(REGION * Math.min(width, height));
  const small = Math.min(side, SIZE);
  return { x: Math.round((width - side) / 2), y: Math.round((height - side) / 2), width: side, height: side, downScaledWidth: small, downScaledHeight: small };
}

// Parts of the page: box, video, hint (text). `library` is the decoder's address; `found` gets each text once.
export class Camera {
  constructor({ library, parts, none, found }) {
    Object.assign(this, { library, parts, none, found, last: "", at: 0 });
  }

  async start() {
    const { box, video, hint } = this.parts;
    try {
      const { default: QrScanner } = await import(this.library);
      box.hidden = false;
      this.scanner ??= new QrScanner(video, ({ data }) => data && this.saw(data), {
        returnDetailedScanResult: true, preferredCamera: "environment", calculateScanRegion: region, onDecodeError: () => {},
      });
      await this.scanner.start();
      return true;
    } catch {
      box.hidden = true;
      hint.textContent = this.none;
      hint.hidden = false;
      return false;
    }
  }

  saw(text) {
    const isHeld = text === this.last && Date.now() - this.at < HELD;
    [this.last, this.at] = [text, Date.now()];
    if (!isHeld) this.found(text);
  }

  stop() {
    this.scanner?.stop();
    this.parts.box.hidden = true;
  }
}
