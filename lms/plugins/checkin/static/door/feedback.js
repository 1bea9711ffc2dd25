// The verdict by sound and touch, beside colour, icon and words; each kind differs in every way.

const TONES = { ok: [[880, 0.12]], warn: [[520, 0.1], [520, 0.1]], bad: [[220, 0.35]] }; // [Hz, seconds]
const TOUCH = { ok: [80], warn: [60, 80, 60], bad: [300] }; // ms
let audio = null;

// Browsers let a page sound only after a first touch.
for (const name of ["pointerdown", "keydown"]) addEventListener(name, () => audio?.resume?.(), { passive: true });

export function signal(kind) {
  navigator.vibrate?.(TOUCH[kind] ?? TOUCH.warn);
  try {
    audio ??= new AudioContext();
    let start = audio.currentTime;
    for (const [pitch, length] of TONES[kind] ?? TONES.warn) {
      tone(pitch, start, length);
      start += length + 0.06;
    }
  } catch { /* no sound on this phone: the rest tells it too */ }
}

function tone(pitch, start, length) {
  const [wave, volume] = [audio.createOscillator(), audio.createGain()];
  wave.frequency.value = pitch;
  volume.gain.value = 0.08;
  wave.connect(volume).connect(audio.destination);
  wave.start(start);
  wave.stop(start + length);
}

const KINDS = { ok: "", warn: " verdict-warn", bad: " verdict-bad", wait: " verdict-wait" };

// Puts {kind, icon, title, note, text} into a verdict box with [data-verdict-...] parts.
export function paint(box, { kind, icon, title, note = "", text = "" }) {
  const find = (name) => box.querySelector(`[data-verdict-${name}]`);
  box.className = `verdict verdict-row${KINDS[kind] ?? ""}`;
  const use = find("icon").querySelector("use");
  use.setAttribute("href", use.getAttribute("href").replace(/#.*/, `#${icon}`));
  find("title").textContent = title;
  find("note").textContent = note;
  find("text").textContent = text;
}
