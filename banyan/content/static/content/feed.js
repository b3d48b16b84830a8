// The feed, live: how many new posts there are, and counts that move.

const language = document.documentElement.lang || "en";
const short = new Intl.NumberFormat(language, { notation: "compact", maximumFractionDigits: 1 });

function count(post, { likes, comments }) {
  const like = post.querySelector("form.like:not(.comment form) [data-count]");
  if (like && !like.closest("form").dataset.flipped) like.textContent = short.format(likes);
  for (const place of post.querySelectorAll(".count-of .num")) place.textContent = short.format(comments);
}

for (const feed of document.querySelectorAll("[data-lane^='feed:']")) {
  const pill = feed.querySelector("[data-new-posts]");
  let fresh = 0;

  feed.addEventListener("note", async ({ detail: note }) => {
    if (note.do === "counts") {
      const post = document.getElementById(`post-${note.b.id}`);
      if (post) count(post, note.b);
    } else if (note.do === "post" && pill && note.b.by !== feed.dataset.me) {
      if (feed.dataset.topic && feed.dataset.topic !== note.b.topic) return;
      if (document.getElementById(`post-${note.b.id}`)) return;
      fresh += 1;
      pill.querySelector("span").textContent = fresh === 1 ? pill.dataset.one : pill.dataset.many.replace("{n}", fresh);
      pill.hidden = false;
    } else if (note.do === "resync" && pill) {
      pill.querySelector("span").textContent = pill.dataset.some;
      pill.hidden = false;
    } else if (note.do === "back") {
      const shown = [...document.querySelectorAll("article[id^='post-']")].slice(0, 80);
      const query = shown.map((post) => `id=${post.id.slice(5)}`).join("&");
      const answer = query && (await fetch(`${feed.dataset.counts}?${query}`, { headers: { Accept: "application/json" } }));
      if (answer?.ok) for (const row of await answer.json()) count(document.getElementById(`post-${row.id}`), row);
    }
  });
  document.addEventListener("htmx:afterSwap", ({ detail }) => {
    if (!pill || detail.requestConfig?.elt !== pill) return;
    fresh = 0;
    pill.hidden = true;
  });
}
