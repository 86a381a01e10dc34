// Stories: who called whom for a number, drawn, as Mermaid and as JSON.
import { byId, copy, element, query, read, tell, words } from "./dom.js";
import { t } from "./texts.js";

let world = "demo", number = "", latest = null, shown = "";

// wanted is the number whose story is shown: the chosen one, else the latest payment.
const wanted = () => number || (latest && world === "demo" ? latest.payment_id : "");

export function showLatest(state) {
  latest = state;
  if (!number) show();
}

export function chooseStory(chosenWorld, chosenNumber) {
  if (chosenWorld !== world) latest = null;
  world = chosenWorld;
  number = chosenNumber;
  byId("number").value = number;
  show();
}

// again draws the story anew when there was news of it.
let later = 0;
export function storyNews() {
  clearTimeout(later);
  if (number) later = setTimeout(show, 500);
}

export async function show() {
  const about = wanted(), place = query({ world, number: about });
  byId("storyhead").textContent = number ? `${t("storyof")} ${number}` : t("latest");
  byId("mermaid").hidden = byId("storyjson").hidden = byId("picture").hidden = !about;
  byId("storyjson").href = `/story?${place}`;
  let story = about && !number ? latest : null;
  if (about && number) {
    try {
      story = await read(`/story?${place}`);
    } catch (problem) {
      byId("payment").textContent = problem.code === "not_found" ? t("unknownnumber") : words(problem);
    }
    if (about !== wanted()) return; // another one was chosen meanwhile
  }
  draw(story, about, place);
}

function draw(story, about, place) {
  const status = byId("status");
  status.hidden = !(story && story.status);
  status.textContent = story ? story.status : "";
  status.className = `status ${story && /^[a-z_]+$/.test(story.status) ? story.status : ""}`;
  if (story) byId("payment").textContent = [story.payment_id, story.amount && `${story.amount} CNY`, story.merchant_order_no].filter(Boolean).join(" · ");
  else if (!about) byId("payment").textContent = t("nostory");
  const steps = story ? story.steps : [], version = JSON.stringify([about, steps]);
  byId("picture").hidden = steps.length === 0;
  byId("picture").alt = `${t("story")} ${about}`;
  if (version === shown) return;
  shown = version;
  if (steps.length > 0) byId("picture").src = `/story?${place}&format=svg&v=${steps.length}-${Date.now()}`;
  else byId("picture").removeAttribute("src");
  // The same for those who cannot see the drawing.
  byId("storysteps").replaceChildren(...steps.map((s) => element("li", "", `${s.from} → ${s.to}: ${s.what}${s.outcome ? ` (${s.outcome})` : ""}${s.lost ? `, ${t("lost")}` : ""}`)));
}

byId("mermaid").addEventListener("click", async () => {
  const response = await fetch(`/story?${query({ world, number: wanted(), format: "mermaid" })}`);
  if (response.ok) copy(await response.text(), byId("mermaid"));
  else tell(t("unknownnumber"), true);
});
byId("storyform").addEventListener("submit", (event) => {
  event.preventDefault();
  location.hash = `#${encodeURIComponent(world)}/story/${encodeURIComponent(byId("number").value.trim())}`;
});
