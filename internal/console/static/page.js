// The page: one stream of changes for one world; where it looks stands in the URL as #world/part/number.
import { byId, query, tell } from "./dom.js";
import { isChinese, switchLanguage, t, translate } from "./texts.js";
import { showMessages } from "./handset.js";
import { showClock } from "./clock.js";
import { loadKinds, showFaults, showKinds } from "./faults.js";
import { filter, filters, showBreaks, showDeliveries, showJournal, showVerdicts } from "./journal.js";
import { chooseStory, show as showStory, showLatest, storyNews } from "./story.js";
import { form, onChoose, showWorlds } from "./worlds.js";

const tabs = ["handset", "story", "journal", "faults", "worlds"];
let place = { world: "demo", tab: "story", number: "" }, world = null, feed = null, alive = "connecting";

function parse() {
  const [name, tab, number] = location.hash.slice(1).split("/").map((s) => { try { return decodeURIComponent(s); } catch { return ""; } });
  return { world: name || "demo", tab: tabs.includes(tab) ? tab : "story", number: number || "" };
}
const link = (p) => `#${encodeURIComponent(p.world)}/${p.tab}${p.number ? `/${encodeURIComponent(p.number)}` : ""}`;

function arrange() {
  document.body.dataset.tab = place.tab;
  for (const a of byId("tabs").querySelectorAll("a")) {
    a.href = link({ world: place.world, tab: a.dataset.tab, number: a.dataset.tab === "story" ? place.number : "" });
    if (a.dataset.tab === place.tab) a.setAttribute("aria-current", "page");
    else a.removeAttribute("aria-current");
  }
  for (const tab of tabs.slice(1)) byId(`tab-${tab}`).hidden = tab !== place.tab && !(tab === "story" && place.tab === "handset");
}

function go() {
  const before = place;
  place = parse();
  arrange();
  chooseStory(place.world, place.number);
  showWorlds(null, place.world);
  if (place.tab === "faults") loadKinds().catch(() => {});
  if (before.world !== place.world) connect();
}

function showWorld(state) {
  world = state;
  showClock(null, state);
  showFaults(state ? null : { faults: [] }, state);
  showJournal(state ? null : { rows: [] }, state);
  if (state) { if (byId("alert").textContent === t("gone")) tell(""); return; }
  showMessages([]);
  showVerdicts({ verdicts: [] });
  showBreaks({ breaks: [] });
  showDeliveries({ deliveries: [] });
  tell(t("gone"), true);
}

const parts = {
  worlds: showWorlds, world: showWorld, clock: showClock, faults: showFaults, messages: showMessages,
  journal: (state) => { showJournal(state); storyNews(); }, deliveries: showDeliveries, verdicts: showVerdicts, breaks: showBreaks, latest: showLatest,
};

function status(word) {
  alive = word;
  byId("live").className = `live ${word}`;
  byId("live").textContent = t(word);
}

// connect opens the one stream, for the chosen world and filter.
function connect() {
  feed?.close();
  feed = null;
  if (document.hidden) return;
  feed = new EventSource(`/events?${query({ world: place.world, ...filter() })}`);
  for (const [name, show] of Object.entries(parts)) {
    feed.addEventListener(name, (event) => { status("live"); show(JSON.parse(event.data)); });
  }
  feed.addEventListener("down", () => status("down"));
  feed.onerror = () => {
    status("down");
    if (feed && feed.readyState === EventSource.CLOSED) setTimeout(connect, 3000);
  };
}

function speak() {
  translate();
  byId("lang").textContent = isChinese() ? "English" : "中文";
  byId("lang").lang = isChinese() ? "en" : "zh-CN";
  status(alive);
  filters();
  form();
  showWorlds();
  showMessages();
  showClock();
  showFaults();
  showKinds();
  showJournal();
  showDeliveries();
  showVerdicts();
  showBreaks();
  showStory();
}

let typing = 0;
byId("filter").addEventListener("input", () => { clearTimeout(typing); typing = setTimeout(connect, 300); });
byId("filter").addEventListener("submit", (event) => event.preventDefault());
byId("f-clear").addEventListener("click", () => { byId("filter").reset(); connect(); });
byId("lang").addEventListener("click", () => { switchLanguage(); speak(); });
document.addEventListener("visibilitychange", connect);
addEventListener("hashchange", go);
onChoose((name) => { location.hash = link({ world: name, tab: place.tab, number: "" }); });

place = parse();
speak();
arrange();
chooseStory(place.world, place.number);
showWorlds(null, place.world);
if (place.tab === "faults") loadKinds().catch(() => {});
connect();
