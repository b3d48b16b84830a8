// Founding in steps, an address made from the name, and the brand's colour as it will be.
// Without this script the form stands on one page and works the same.

const $ = (query, root = document) => root.querySelector(query);
const $$ = (query, root = document) => [...root.querySelectorAll(query)];

// Steps: the first one with an error opens; Next asks the step's own fields first.

const form = $("[data-steps]");
if (form) {
  const steps = $$("fieldset.step", form);
  const list = $(".step-list", form);
  steps.forEach(() => list.append(document.createElement("li")));
  let at = Math.max(0, steps.findIndex((step) => $("[aria-invalid], .bad", step)));
  const show = (focus) => {
    steps.forEach((step, i) => step.classList.toggle("now", i === at));
    $$("li", list).forEach((mark, i) => mark.classList.toggle("done", i <= at));
    form.classList.toggle("last", at === steps.length - 1);
    $(".prev-step", form).hidden = at === 0;
    if (focus) {
      form.scrollIntoView({ block: "start" });
      $("input:not([type=hidden]), textarea, select", steps[at])?.focus({ preventScroll: true });
    }
  };
  form.classList.add("stepping");
  const empty = (field) => field.required && !field.value.trim();
  $(".next-step", form).addEventListener("click", () => {
    const lacking = $$("input, textarea, select", steps[at]).find(empty);
    if (lacking) {
      lacking.setAttribute("aria-invalid", "true");
      return lacking.focus();
    }
    at = Math.min(at + 1, steps.length - 1);
    show(true);
  });
  $(".prev-step", form).addEventListener("click", () => { at = Math.max(at - 1, 0); show(true); });
  form.addEventListener("input", ({ target }) => target.value && target.removeAttribute("aria-invalid"));
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing || !event.target.matches("input:not([type=file])") || at === steps.length - 1) return;
    event.preventDefault();
    $(".next-step", form).click();
  });
  // A link of the error summary leads into a step that may be closed.
  form.addEventListener("click", ({ target }) => {
    const wanted = target.closest(".errors a");
    const field = wanted && document.getElementById(wanted.hash.slice(1));
    const step = field?.closest("fieldset.step");
    if (step) { at = steps.indexOf(step); show(false); }
  });
  show(false);
}

// The address follows the name until it is typed by hand

const source = $("[data-slug-source]");
const slug = $("[data-slug]");
if (source && slug) {
  let own = Boolean(slug.value);
  slug.addEventListener("input", () => { own = true; });
  source.addEventListener("input", () => {
    if (own) return;
    const made = source.value.toLowerCase().normalize("NFKD").replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "").slice(0, 40);
    slug.value = made;
    if (made) slug.dispatchEvent(new Event("slug-made"));
  });
}

// Colour: two numbers, shown at once

const preview = $("[data-brand-preview]");
const hue = $("[name=brand_h]");
const chroma = $("[name=brand_c]");
if (preview && hue && chroma) {
  const paint = () => {
    preview.style.setProperty("--brand-h", hue.value);
    preview.style.setProperty("--brand-c", String(chroma.value / 1000));
  };
  hue.addEventListener("input", paint);
  chroma.addEventListener("input", paint);
  paint();
  const shown = $("[data-name-shown]", preview);
  const name = $("[name=name]");
  const write = () => { if (name.value.trim()) shown.textContent = name.value.trim(); };
  name?.addEventListener("input", write);
  if (name) write();
}

// The zone this device lives in

const zone = $("[data-zone-guess]");
if (zone && zone.value === "UTC" && !$("[aria-invalid]")) {
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if ($$("option", zone).some((option) => option.value === here)) zone.value = here;
}
