// The journal: rows as they come, each opens to its bodies; verdicts and breaks above, sendings of notifications below.
import { attempt, button, byId, doing, element, keyed, query, read, stamp, tag, timeOf } from "./dom.js";
import { isChinese, t } from "./texts.js";

const operations = "element_check signing_apply signing_resend signing_confirm signing_query bind agreement_query agreement_terminate charge charge_query charge_close charge_confirm charge_resend refund refund_query limits profile statement agreement_file bind_batch bind_batch_query notification sms wechat unknown".split(" ");
let world = null, journal = { rows: [] }, sendings = [], found = { verdicts: [] }, broken = { breaks: [] };

const goTo = (number) => { location.hash = `#${encodeURIComponent(world.world_id)}/story/${encodeURIComponent(number)}`; };
const numberLink = (number) => button(number, "link", () => goTo(number));
const pretty = (text) => { try { return JSON.stringify(JSON.parse(text), null, 2); } catch { return text; } };

function part(title, text, dropped) {
  return element("div", "body", element("h4", "", title), text ? element("pre", "", pretty(text)) : element("p", "quiet", t(dropped ? "dropped" : "nobody")));
}

// bodiesOf is what a row opens to.
function bodiesOf(r) {
  const fact = (name, value) => (value ? [element("dt", "", name), element("dd", "", value)] : []);
  const facts = element("dl", "facts", ...fact(t("signature"), r.signature), ...fact(t("cause"), r.cause), ...fact(t("variant"), r.variant),
    ...fact(t("faults"), (r.faults || []).join(", ")), ...fact(t("member"), r.member_no), ...fact("URL", `${r.method || ""} ${r.target || ""}`.trim()));
  if (r.number) facts.append(element("dt", "", t("number")), element("dd", "", numberLink(r.number)));
  return [facts, element("div", "bodies", part(t("request"), r.request, r.bodies_dropped), part(t("response"), r.response, r.bodies_dropped))];
}

async function fill(details, cursor) {
  const place = details.querySelector(".inside");
  const page = await attempt(read(`/read/row?${query({ world: world.world_id, id: String(cursor - 1) })}`));
  const row = page && page.rows.find((r) => r.cursor === cursor);
  place.replaceChildren(...(row ? bodiesOf(row) : [element("p", "quiet", t("dropped"))]));
}

function opened(made, cursor) {
  made.append(element("div", "inside"));
  made.addEventListener("toggle", () => { if (made.open) fill(made, cursor); });
  return made;
}

// Messages have no HTTP status, and a world that was taken up again has lost those of its answers.
function statusTag(r) {
  if (r.lost) return tag(t("lost"), "bad");
  if (r.status) return tag(String(r.status), r.status >= 500 ? "bad" : r.status >= 400 ? "warn" : "good");
  return r.operation === "notification" ? tag("—", "bad") : "";
}

function rowOf(r) {
  const bad = r.signature && r.signature !== "ok" && r.signature !== "none";
  const made = element("details", "", element("summary", "",
    element("span", "arrow", r.direction === "in" ? "→" : "←"), element("time", "digits", timeOf(r.at)),
    element("span", "op", r.operation), element("span", "quiet ch", r.channel_id || ""), element("span", "digits no", r.number || ""),
    element("span", "tags", statusTag(r), tag(t(r.committed ? "committed" : "notcommitted"), r.committed ? "good" : ""),
      bad ? tag(`${t("signature")}: ${r.signature}`, "bad") : "", r.variant && r.variant !== "plain" ? tag(r.variant, "warn") : "",
      ...(r.faults || []).slice(0, 3).map((f) => tag(f, "warn")))));
  made.dataset.cursor = r.cursor;
  return opened(made, r.cursor);
}

export function showJournal(state, chosen) {
  if (state) journal = state;
  if (chosen !== undefined) { world = chosen; filters(); }
  // Rows are details of their own, so that one that is open stays open.
  keyed(byId("journal"), journal.rows, (r) => r.cursor, rowOf, t("norows"));
  byId("cut").hidden = !journal.cut;
  const seen = [...new Set(journal.rows.filter((r) => r.direction === "in" && r.number).map((r) => r.number))].slice(0, 30);
  byId("numbers").replaceChildren(...seen.map((n) => new Option("", n)));
}

export function showDeliveries(state) {
  if (state) sendings = [...state.deliveries].reverse();
  keyed(byId("deliveries"), sendings, (d) => d.cursor, (d) => element("li", "",
    element("time", "digits", timeOf(d.at)), element("span", "op", d.type), element("span", "quiet ch", d.channel_id || ""),
    d.number ? numberLink(d.number) : "", element("span", "tags", tag(`#${d.attempt}${d.copies > 1 ? ` ×${d.copies}` : ""}`),
      d.variant !== "plain" ? tag(d.variant, "warn") : "", tag(d.outcome + (d.status ? ` ${d.status}` : ""), d.outcome === "acknowledged" ? "good" : d.outcome === "pending" ? "" : "bad")),
    button(t("again"), "small ghost", () => attempt(doing("redeliver", world.world_id, d.event_id, {})))), t("nodeliveries"));
}

function evidence(cursors) {
  return element("div", "tags", ...cursors.slice(0, 10).map((cursor) => opened(element("details", "proof", element("summary", "", `${t("evidence")} #${cursor}`)), cursor)));
}

export function showVerdicts(state) {
  if (state) found = state;
  const list = found.verdicts || [], badge = byId("verdictcount");
  badge.hidden = list.length === 0;
  badge.textContent = list.length + (found.omitted ? "+" : "");
  badge.title = t("verdicts");
  const box = byId("verdicts");
  if (!box.firstChild) box.append(element("h2", "bad"), element("ul", "verdicts"));
  box.hidden = list.length === 0;
  box.firstChild.textContent = t("verdicts");
  keyed(box.lastChild, list, (v) => `${v.verdict} ${v.number} ${v.rows.join()}`, (v) => element("li", v.level,
    element("p", "headline", tag(v.clause, "bad"), tag(t(v.level)), element("code", "", v.verdict), stamp(v.at), v.number ? numberLink(v.number) : ""),
    element("p", "", v.text), evidence(v.rows)));
}

export function showBreaks(state) {
  if (state) broken = state;
  const list = (broken.breaks || []).slice(0, 20);
  byId("breaks").replaceChildren(...(list.length === 0 ? [] : [element("h2", "bad", t("breaks")),
    element("ul", "verdicts", ...list.map((b) => element("li", "must", element("p", "headline", stamp(b.at), element("code", "", b.operation || ""), tag(`${t("row")} ${b.row}`)), element("p", "", b.what))))]));
}

function options(select, first, rest) {
  const before = select.value;
  select.replaceChildren(new Option(first, ""), ...rest);
  select.value = before;
  if (select.selectedIndex < 0) select.value = "";
}

// filters fills the choices; what is chosen stays.
export function filters() {
  options(byId("f-operation"), t("all"), operations.map((o) => new Option(o, o)));
  const channels = world ? world.channels : [];
  options(byId("f-channel"), t("all"), channels.map((c) => new Option(`${isChinese() ? c.name_zh : c.name_en} (${c.channel_id})`, c.channel_id)));
}

export const filter = () => ({ channel_id: byId("f-channel").value, operation: byId("f-operation").value, number: byId("f-number").value.trim() });
