// What pages do beyond links and forms. Everything works without this file; then the live page stands still.
"use strict";

const byId = (id) => document.getElementById(id);

/** Puts new rows on top of the table and lets go of what it no longer holds. */
function showRows(html, keep) {
  const body = byId("rows");
  const made = document.createElement("template");
  made.innerHTML = html;
  const rows = [...made.content.querySelectorAll("tr")];
  if (!rows.length) return 0;
  body.querySelectorAll("tr.none").forEach((row) => row.remove());
  rows.forEach((row) => row.classList.add("fresh"));
  body.prepend(...rows);
  while (body.rows.length > keep) body.rows[body.rows.length - 1].remove();
  return rows.length;
}

/** Follows the stream that the page names, until the person holds it. */
function follow(section) {
  const keep = Number(section.dataset.keep);
  const address = new URL(section.dataset.stream, location.href);
  const note = byId("live-note");
  const toggle = byId("live-toggle");
  let source = null;
  let seen = null;

  const open = () => {
    if (seen) address.searchParams.set("after", seen);
    source = new EventSource(address);
    source.addEventListener("open", () => { note.textContent = "Live"; });
    source.addEventListener("error", () => {
      const over = source.readyState === EventSource.CLOSED;
      note.textContent = over ? "Ended: load this page again" : "Not connected; trying again";
    });
    source.addEventListener("rows", (event) => {
      seen = event.lastEventId;
      showRows(event.data, keep);
    });
    source.addEventListener("figures", (event) => { byId("figures").innerHTML = event.data; });
    source.addEventListener("state", (event) => {
      const word = () => byId("state-word").textContent.trim();
      const before = word();
      const back = document.querySelector("#state [name=back]")?.value;
      byId("state").outerHTML = event.data;
      const field = document.querySelector("#state [name=back]");
      if (field && back) field.value = back;
      if (word() !== before) note.textContent = word();
    });
  };
  const hold = () => {
    source.close();
    source = null;
    note.textContent = "Held";
  };

  toggle.hidden = false;
  toggle.addEventListener("click", () => {
    if (source) hold(); else open();
    toggle.setAttribute("aria-pressed", String(!source));
  });
  open();
}

/** Lets a file be dropped on the field that takes one. */
function takeDrops(area) {
  const input = byId(area.dataset.drop);
  area.addEventListener("dragover", (event) => {
    event.preventDefault();
    area.classList.add("over");
  });
  area.addEventListener("dragleave", () => area.classList.remove("over"));
  area.addEventListener("drop", (event) => {
    event.preventDefault();
    area.classList.remove("over");
    if (!event.dataTransfer.files.length) return;
    input.files = event.dataTransfer.files;
    input.form.requestSubmit();
  });
}

/** Copies the text of an element, and says so on the button. */
function copies(button) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(byId(button.dataset.copy).textContent);
    const words = button.textContent;
    button.textContent = "Copied";
    setTimeout(() => { button.textContent = words; }, 1500);
  });
}

document.querySelectorAll("[data-stream]").forEach(follow);
document.querySelectorAll("[data-drop]").forEach(takeDrops);
document.querySelectorAll("[data-copy]").forEach(copies);
document.querySelector(".problems")?.focus();
