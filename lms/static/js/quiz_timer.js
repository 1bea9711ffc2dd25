// Counts down by the server's clock: the phone's own may be wrong. It never hands anything in.

const box = document.querySelector("[data-timer]");
const announce = document.querySelector("[data-announce]");
if (box) {
  const ends = performance.now() + (Number(box.dataset.deadline) - Number(box.dataset.now));
  const told = new Set();
  const say = (key, text) => {
    if (told.has(key)) return;
    told.add(key);
    announce.textContent = text;
  };
  const tick = () => {
    const seconds = Math.max(0, Math.round((ends - performance.now()) / 1000));
    const two = (number) => String(number).padStart(2, "0");
    box.textContent = `${two(Math.floor(seconds / 60))}.${two(seconds % 60)}`;
    if (seconds === 0) say(0, box.dataset.over);
    else if (seconds <= 60) say(1, box.dataset.left.replace("{count}", 1));
    else if (seconds <= 300) say(5, box.dataset.left.replace("{count}", 5));
    if (seconds > 0) setTimeout(tick, 500);
  };
  tick();
}
