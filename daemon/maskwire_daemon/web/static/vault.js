// Keeps the progress of a change of keys up to date. Without this file the page loads itself again.
"use strict";

const rotation = document.getElementById("rotation");

/** Puts what the page says now in place of what it said. */
async function look() {
  const answer = await fetch(location.href);
  if (!answer.ok) return;
  const found = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("rotation");
  if (!found) return;
  rotation.replaceChildren(...found.childNodes);
  if ("running" in found.dataset) setTimeout(look, 500);
}

setTimeout(look, 500);
