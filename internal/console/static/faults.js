// Faults: the rules in force with their switches, the catalogue by family, and the form that adds a rule.
import { attempt, button, byId, doing, element, keyed, read, tag, words } from "./dom.js";
import { t } from "./texts.js";

let world = null, kinds = [], rules = [];

// Families of the catalogue, by the point at which a fault usually strikes.
const families = [["socket_f", "socket"], ["request_f", "before_receive", "received"], ["answer_f", "committed"], ["bank_f", "bank"],
  ["text_f", "texting"], ["notice_f", "notifying"], ["file_f", "statement"]];
const familyOf = (kind) => (kind.on_socket ? "socket" : kind.points[0]);

export async function loadKinds() {
  if (kinds.length === 0) kinds = (await read("/read/fault-kinds")).kinds;
  showKinds();
}

export function showKinds() {
  const wanted = byId("search").value.trim().toLowerCase();
  byId("search").placeholder = t("searchfault");
  const found = kinds.filter((k) => !wanted || `${k.effect} ${k.about} ${k.rows.join(" ")}`.toLowerCase().includes(wanted));
  byId("kinds").replaceChildren(...families.map(([name, ...points]) => {
    const own = found.filter((k) => points.includes(familyOf(k)));
    if (own.length === 0) return "";
    const made = element("details", "family", element("summary", "", t(name), " ", element("b", "count", String(own.length))), ...own.map(kindCard));
    made.open = Boolean(wanted);
    return made;
  }));
}

const kindCard = (kind) => element("article", "kind",
  element("h3", "", element("code", "", kind.effect), ...kind.rows.map((r) => tag(r)), kind.on_socket ? tag(t("socket"), "warn") : "",
    button(t("add"), "small", () => openForm(kind))),
  element("p", "about", kind.about));

// says is a rule in a few words: all of its members but the effect.
function says(rule) {
  const parts = [];
  for (const [name, value] of Object.entries(rule)) {
    if (name === "effect") continue;
    if (name === "match") parts.push(...Object.entries(value).map(([n, v]) => `${n} ${v}`));
    else parts.push(["operation", "channel_id", "point", "reason"].includes(name) ? String(value) : `${name} ${value}`);
  }
  return parts.join(" · ");
}

function ruleRow(f) {
  const flip = element("input", "switch");
  flip.type = "checkbox";
  flip.setAttribute("role", "switch");
  flip.checked = f.enabled;
  flip.id = `switch-${f.fault_id}`;
  flip.dataset.focus = f.fault_id;
  flip.setAttribute("aria-label", `${f.rule.effect} ${f.fault_id}`);
  flip.addEventListener("change", () => attempt(doing("switch-fault", world.world_id, f.fault_id, { enabled: flip.checked })));
  const label = element("label", "grow", element("code", "", f.rule.effect), " ", element("span", "quiet wrap", says(f.rule)));
  label.htmlFor = flip.id;
  const made = element("li", f.enabled && !f.spent ? "" : "off", flip, label,
    f.source === "temper" ? tag(t("fromtemper")) : "", f.spent ? tag(t("spent"), "warn") : "",
    element("span", "quiet digits", `${t("matched")} ${f.matched} · ${t("hits")} ${f.hits}`));
  if (f.source !== "temper") made.append(button(t("remove"), "small ghost", () => attempt(doing("remove-fault", world.world_id, f.fault_id))));
  return made;
}

export function showFaults(list, chosen) {
  if (list) rules = list.faults;
  if (chosen !== undefined) world = chosen;
  keyed(byId("faults"), rules.slice(0, 200), (f) => f.fault_id, ruleRow, t("noneinforce"));
  const on = rules.filter((f) => f.enabled && !f.spent).length;
  byId("faultcount").textContent = on;
  byId("faultcount").hidden = on === 0;
}

// Fields of a rule: those a fault takes of itself come from the catalogue, those that say when and for which calls are for all.
const numbers = new Set("delay_ms jitter_ms skew_ms copies status amount nth every permille times times_per_number match.amount match.amount_from match.amount_to".split(" "));
const answers = ["not_found", "processing", "succeeded", "declined"];
const events = "charge.succeeded charge.declined signing.signed agreement.ended refund.succeeded".split(" ");
const when = "nth every permille times times_per_number".split(" ");
const which = "match.number match.card_last4 match.amount match.amount_from match.amount_to match.member_no match.merchant match.bank match.event_type".split(" ");

function choice(name, options, any) {
  const made = element("select");
  if (any) made.append(new Option(t("anycall"), ""));
  made.append(...options.map((o) => new Option(o, o)));
  made.name = name;
  return made;
}

export function field(name, input, value) {
  input.name = name;
  input.id = `field-${name}`;
  if (value !== undefined) input.value = value;
  const error = element("span", "error");
  error.id = `error-${name}`;
  input.setAttribute("aria-describedby", error.id);
  return element("label", "field", element("span", "", name.replace("match.", "")), input, error);
}

function input(name) {
  const made = element("input");
  made.autocomplete = "off";
  made.spellcheck = false;
  if (numbers.has(name)) made.inputMode = "numeric";
  else made.maxLength = 64;
  return made;
}

function openForm(kind) {
  const given = { ...kind.example, ...Object.fromEntries(Object.entries(kind.example?.match || {}).map(([n, v]) => [`match.${n}`, v])) };
  const own = kind.parameters.map((p) => field(p, p === "answer" ? choice(p, answers, true) : input(p), given[p]));
  const where = [field("operation", choice("operation", kind.operations, true), given.operation || ""),
    field("channel_id", choice("channel_id", (world.channels || []).map((c) => c.channel_id), true), "")];
  if (kind.points.length > 1) where.push(field("point", choice("point", kind.points), given.point || kind.points[0]));
  const group = (title, names) => element("details", "more", element("summary", "", t(title)),
    element("div", "fields", ...names.map((n) => field(n, n === "match.event_type" ? choice(n, events, true) : input(n), given[n]))));
  byId("ruletitle").textContent = kind.effect;
  byId("ruleabout").textContent = kind.about;
  byId("rulefields").replaceChildren(...own, ...where, group("when", when), group("which", which), element("p", "error whole"));
  byId("ruleform").dataset.effect = kind.effect;
  byId("ruledialog").showModal();
}

// collect makes the request of what was filled in.
function collect(form) {
  const rule = { effect: form.dataset.effect };
  for (const { name, value } of form.querySelectorAll("[name]")) {
    const text = value.trim();
    if (text === "") continue;
    const made = numbers.has(name) && /^-?\d+$/.test(text) ? Number(text) : text;
    if (name.startsWith("match.")) (rule.match ||= {})[name.slice(6)] = made;
    else rule[name] = made;
  }
  return rule;
}

// refuse shows a refusal at the field that it names, else below all.
export function refuse(form, problem) {
  const names = String(problem.field || "").split("/").filter(Boolean);
  const place = [names.join("."), names[0]].map((n) => n && form.querySelector(`[name="${CSS.escape(n)}"]`)).find(Boolean);
  const error = place ? form.querySelector(`#${CSS.escape(`error-${place.name}`)}`) : form.querySelector(".whole");
  error.textContent = words(problem);
  if (!place) return;
  place.setAttribute("aria-invalid", "true");
  place.closest("details")?.setAttribute("open", "");
  place.focus();
}

export function clean(form) {
  for (const e of form.querySelectorAll(".error")) e.textContent = "";
  for (const e of form.querySelectorAll("[aria-invalid]")) e.removeAttribute("aria-invalid");
}

byId("ruleform").addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.currentTarget;
  clean(form);
  try {
    await doing("add-fault", world.world_id, "", collect(form));
    byId("ruledialog").close();
  } catch (problem) { refuse(form, problem); }
});
byId("rulecancel").addEventListener("click", () => byId("ruledialog").close());
byId("search").addEventListener("input", showKinds);
