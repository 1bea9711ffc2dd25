// Moves the bar of a batch without reloading; the page itself reloads once the batch is over.
const box = document.querySelector("[data-batch]");

async function look() {
  try {
    const answer = await fetch(location.href, { headers: { Accept: "application/json" } });
    if (answer.ok) {
      const state = await answer.json();
      if (state.over) return location.reload();
      show(state);
    }
  } catch {
    // no signal: ask again
  }
  setTimeout(look, 1000);
}

function show(state) {
  const bar = box.querySelector("progress");
  if (state.total) {
    bar.max = state.total;
    bar.value = state.done;
  }
  box.querySelector("[data-done]").textContent = state.done;
  box.querySelector("[data-total]").textContent = state.total;
}

if (box) setTimeout(look, 700);
