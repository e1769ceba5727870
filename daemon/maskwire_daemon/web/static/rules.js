// Tries a pattern on the sample while it is typed. Without this file the button does it.
"use strict";

const WAIT_MS = 250;

/** Sends the form whenever it rests, and shows what came back; only the answer to the last question counts. */
function tryWhileTyping(form) {
  const shown = document.getElementById("tried");
  let timer = 0;
  let asked = 0;
  const ask = async () => {
    const mine = ++asked;
    const answer = await fetch(form.dataset.trial, { method: "POST", body: new URLSearchParams(new FormData(form)) });
    const html = await answer.text();
    if (answer.ok && mine === asked) shown.innerHTML = html;
  };
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT_MS);
  });
}

document.querySelectorAll("form[data-trial]").forEach(tryWhileTyping);
