// Elements, requests and times. Texts go in as text, never as markup.
import { t } from "./texts.js";

export const byId = (id) => document.getElementById(id);

// element makes one: class by `className`, text and children as nodes or strings.
export function element(name, className, ...children) {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.append(...children.filter((c) => c !== undefined && c !== null && c !== ""));
  return made;
}

export function button(text, className, act) {
  const made = element("button", className, text);
  made.type = "button";
  made.addEventListener("click", () => act(made));
  return made;
}

// keyed makes a list equal to items and keeps the elements of those that have not changed, with focus and what is open.
const kept = new WeakMap();
export function keyed(list, items, keyOf, make, none) {
  const before = kept.get(list) || new Map(), after = new Map();
  const nodes = items.map((item) => {
    const key = keyOf(item), text = JSON.stringify(item) + t("copy"), old = before.get(key);
    let node = old && old.text === text ? old.node : make(item);
    if (old && old.node !== node && old.node.open) node.open = true;
    after.set(key, { text, node });
    return node;
  });
  if (nodes.length === 0 && none) nodes.push(element(list.tagName === "DIV" ? "p" : "li", "none", none));
  kept.set(list, after);
  const current = [...list.childNodes];
  if (current.length === nodes.length && current.every((n, i) => n === nodes[i])) return;
  const focus = document.activeElement, again = list.contains(focus) && focus.dataset.focus;
  list.replaceChildren(...nodes);
  if (again) list.querySelector(`[data-focus="${CSS.escape(again)}"]`)?.focus();
}

// post asks for something to be done and gives what was answered. A refusal is thrown as a problem: detail, field, hint.
export async function post(path, body) {
  const response = await fetch(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
  return answer(response);
}

export const read = async (path) => answer(await fetch(path));

async function answer(response) {
  const text = await response.text();
  let value = {};
  try { value = text ? JSON.parse(text) : {}; } catch { value = { detail: text }; }
  if (!response.ok) throw value;
  return value;
}

export const query = (values) => new URLSearchParams(Object.entries(values).filter(([, v]) => v)).toString();
export const doing = (act, world, id, body) => post(`/do/${act}`, { world, id, body });

// tell shows what was refused, or what happened; an empty text takes it away.
export function tell(message, bad) {
  const place = byId("alert");
  place.hidden = !message;
  place.textContent = message || "";
  place.className = bad ? "alert bad" : "alert";
}
export const words = (problem) => [problem.detail || problem.title || String(problem.message || problem), problem.hint].filter(Boolean).join(" — ");
export const attempt = (work) => work.then((v) => { tell(""); return v; }, (problem) => tell(words(problem), true));

// copy puts text on the clipboard; where a page may not, it selects nothing and says so.
export async function copy(text, from) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = element("textarea", "hidden");
    area.value = text;
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
  const before = from.textContent;
  from.textContent = t("copied");
  setTimeout(() => { from.textContent = before; }, 1200);
}

// Times are shown in UTC+8, the time of the banks.
const eastern = (options) => new Intl.DateTimeFormat("en-GB", { timeZone: "Asia/Shanghai", hourCycle: "h23", ...options });
const hours = eastern({ hour: "2-digit", minute: "2-digit", second: "2-digit" });
const days = eastern({ year: "numeric", month: "2-digit", day: "2-digit" });
export const timeOf = (at) => hours.format(new Date(at));
export const dayOf = (at) => days.format(new Date(at)).split("/").reverse().join("-");

export function stamp(at, now) {
  const same = now && dayOf(at) === dayOf(now);
  const made = element("time", "digits", same ? timeOf(at) : `${dayOf(at)} ${timeOf(at)}`);
  made.dateTime = at;
  made.title = `${dayOf(at)} ${timeOf(at)} UTC+8`;
  return made;
}

export const tag = (text, className) => element("span", `tag ${className || ""}`, text);
