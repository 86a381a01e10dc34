// The clock: a real one goes on by itself, a virtual one moves in steps.
import { attempt, byId, dayOf, element, keyed, post, stamp, tag, tell, timeOf } from "./dom.js";
import { t } from "./texts.js";

let clock = null, world = null, ahead = 0, running = false;

function face() {
  const now = clock.virtual ? clock.now : new Date(Date.now() + ahead).toISOString();
  byId("now").textContent = `${dayOf(now)} ${timeOf(now)}`;
  byId("now").dateTime = now;
}

export function showClock(state, chosen) {
  if (state) { clock = state; ahead = new Date(state.now) - Date.now(); }
  if (chosen !== undefined) world = chosen;
  if (!clock) return;
  face();
  byId("kind").textContent = t(clock.virtual ? (world && world.joint ? "joint" : "virtual") : "real");
  const next = clock.next_due ? `${t("next")}: ${dayOf(clock.next_due)} ${timeOf(clock.next_due)}` : t("nothingdue");
  byId("clock").title = clock.virtual ? next : t("realhint");
  for (const b of byId("steps").querySelectorAll("button")) b.disabled = !clock.virtual || !world || running;
  byId("to").disabled = !clock.virtual;
  const due = clock.due || [];
  byId("duecount").textContent = due.length;
  keyed(byId("duelist"), due.map((d, i) => ({ ...d, i })), (d) => `${d.i} ${d.at} ${d.what}`, dueRow, clock.virtual ? t("nothingdue") : t("realhint"));
}

const dueRow = (d) => element("li", "", stamp(d.at, clock.now), tag(d.kind), element("span", "wrap", d.what));

async function step(how) {
  running = true;
  showClock();
  await attempt(post("/step", { world: world.world_id, ...how }).then((at) => {
    const fired = at.fired || [];
    setTimeout(() => tell(fired.length ? `${t("happened")} ${fired.slice(0, 6).join(" · ")}${fired.length > 6 ? " …" : ""}` : t("nothinghappened")), 0);
  }));
  running = false;
  showClock();
}

byId("steps").addEventListener("click", (event) => {
  const by = event.target.dataset.step;
  if (by && world) step(by === "next" ? { next: true } : { by_ms: Number(by) });
});

byId("toform").addEventListener("submit", (event) => {
  event.preventDefault();
  const to = byId("to");
  to.setAttribute("aria-invalid", String(!to.value));
  if (to.value && world) step({ to: new Date(`${to.value}+08:00`).toISOString() });
});
byId("due").addEventListener("toggle", () => {
  if (clock && byId("due").open) byId("to").value = `${dayOf(clock.now)}T${timeOf(clock.now)}`;
});
document.addEventListener("click", (event) => { if (!byId("due").contains(event.target)) byId("due").open = false; });
document.addEventListener("keydown", (event) => { if (event.key === "Escape") byId("due").open = false; });
setInterval(() => { if (clock && !clock.virtual) face(); }, 1000);
