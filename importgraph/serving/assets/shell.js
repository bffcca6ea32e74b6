"use strict";
const frame = document.getElementById("report");
const state = document.getElementById("state");
let shown = null;

function say(text) {
  state.textContent = text;
  state.hidden = !text;
}

// The address of the page names the view that the frame shows, so that it can be kept and sent on.
frame.addEventListener("load", () => {
  const inner = frame.contentWindow;
  document.title = frame.contentDocument.title;
  inner.addEventListener("hashchange", () => {
    history.replaceState(null, "", inner.location.hash || location.pathname);
  });
});
frame.src = "report" + location.hash;

const news = new EventSource("news");
news.addEventListener("message", (event) => {
  const edition = JSON.parse(event.data);
  say(edition.problem);
  if (shown !== null && shown !== edition.number) frame.contentWindow.location.reload();
  shown = edition.number;
});
news.addEventListener("error", () => say("importgraph serve has ended: this is the last report."));
