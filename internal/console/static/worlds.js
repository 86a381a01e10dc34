// Worlds: the list, and what can be done with each.
import { attempt, button, byId, dayOf, doing, element, keyed, timeOf } from "./dom.js";
import { clean, field, refuse } from "./faults.js";
import { t } from "./texts.js";

let list = { worlds: [] }, chosen = "demo", choose = () => {};
export const onChoose = (act) => { choose = act; };

// sure asks a second press for what cannot be undone.
function sure(text, className, act) {
  return button(text, className, (b) => {
    if (b.dataset.armed) { act(); return; }
    b.dataset.armed = "1";
    b.textContent = t("sure");
    setTimeout(() => { delete b.dataset.armed; b.textContent = text; }, 3000);
  });
}

function row(w) {
  const name = element("th", "", button(w.world_id, "link", () => choose(w.world_id)), element("small", "quiet", w.durable ? t("durable") : w.parent ? `${t("parent")} ${w.parent}` : ""));
  name.scope = "row";
  const temper = element("select", "", ...["friendly", "realistic", "hostile"].map((x) => new Option(t(x), x)));
  temper.value = w.temper;
  temper.setAttribute("aria-label", `${t("temper")} ${w.world_id}`);
  temper.addEventListener("change", () => attempt(doing("change-world", w.world_id, "", { temper: temper.value })).finally(() => { temper.value = w.temper; }));
  const acts = element("td", "acts", button(t("fork"), "small", () => attempt(doing("fork-world", w.world_id, "", {}).then((made) => choose(made.world_id)))),
    sure(t("reset"), "small ghost", () => attempt(doing("reset-world", w.world_id))));
  if (!w.durable) {
    acts.append(sure(t("remove_world"), "small ghost", () => attempt(doing("delete-world", w.world_id).then(() => { if (w.world_id === chosen) choose("demo"); }))));
  }
  const made = element("tr", "", name, element("td", "digits", w.seed),
    element("td", "digits", t(w.virtual ? "virtualword" : "realword"), w.virtual ? element("small", "quiet", `${dayOf(w.now)} ${timeOf(w.now)}`) : ""), element("td", "", temper),
    ...[w.members, w.charges, w.faults].map((n) => element("td", "n digits", String(n))), acts);
  if (w.chosen) made.setAttribute("aria-current", "true");
  return made;
}

export function showWorlds(state, name) {
  if (state) list = state;
  if (name !== undefined) chosen = name;
  const names = list.worlds.map((w) => w.world_id);
  if (!names.includes(chosen)) names.unshift(chosen);
  byId("world").replaceChildren(...names.map((n) => new Option(n, n)));
  byId("world").value = chosen;
  byId("worldcount").textContent = list.worlds.length + (list.omitted || 0);
  keyed(byId("worldrows"), list.worlds.map((w) => ({ ...w, chosen: w.world_id === chosen })), (w) => w.world_id, row);
  byId("worldsomitted").hidden = !list.omitted;
  byId("worldsomitted").textContent = `+${list.omitted || 0} ${t("omitted")}`;
}

// form builds the form of a new world, in the language of the page.
export function form() {
  const select = (values) => element("select", "", ...values.map(([v, text]) => new Option(t(text), v)));
  const name = element("input"), seed = element("input");
  name.maxLength = 64;
  name.autocomplete = seed.autocomplete = "off";
  seed.inputMode = "numeric";
  seed.placeholder = name.placeholder = t("drawn");
  const titled = (made, text) => { made.firstChild.textContent = t(text); return made; };
  const submit = element("button", "", t("create"));
  byId("worldform").replaceChildren(titled(field("world_id", name), "name"), titled(field("seed", seed), "seed"),
    titled(field("clock", select([["virtual", "virtualword"], ["real", "realword"]])), "mode"),
    titled(field("temper", select([["friendly", "friendly"], ["realistic", "realistic"], ["hostile", "hostile"]])), "temper"),
    element("div", "field end", submit), element("p", "error whole"));
}

byId("worldform").addEventListener("submit", async (event) => {
  event.preventDefault();
  const place = event.currentTarget, value = (n) => place.querySelector(`[name="${n}"]`).value.trim();
  clean(place);
  const body = { clock: { mode: value("clock") }, temper: value("temper") };
  if (value("world_id")) body.world_id = value("world_id");
  if (value("seed")) body.seed = /^\d{1,15}$/.test(value("seed")) ? Number(value("seed")) : value("seed");
  try {
    const made = await doing("create-world", "", "", body);
    form();
    choose(made.world_id);
  } catch (problem) { refuse(place, problem); }
});
byId("world").addEventListener("change", () => choose(byId("world").value));
