"use strict";

// The page shows what the server says and asks for nothing else. Texts go in as text, never as markup.
const byId = (id) => document.getElementById(id);
const clock = (at) => new Date(at).toLocaleTimeString([], { hour12: false });
const subjects = {
  signing: "签约 signing", payment: "支付 payment", debit_notice: "扣款通知 debit notice",
  platform_code: "平台验证码 platform code", platform_notice: "平台通知 notice",
};

function element(name, className, text) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

function bubble(message) {
  const item = element("li", message.medium);
  const meta = element("div", "meta");
  meta.append(element("span", "", `${message.to} · ${message.sender}`), element("span", "", clock(message.at)));
  item.append(meta, element("div", "text", message.text), element("span", `tag ${message.about}`, subjects[message.about] || message.about));
  return item;
}

function showMessages(messages) {
  if (!messages || messages.length === 0) return;
  byId("messages").replaceChildren(...messages.map(bubble));
}

function showLatest(latest, version) {
  if (!latest) return;
  byId("payment").textContent = `${latest.payment_id} · ${latest.amount} CNY · ${latest.merchant_order_no}`;
  const status = byId("status");
  status.textContent = latest.status;
  status.className = `status ${latest.status}`;
  status.hidden = false;
  byId("picture").src = `/picture.svg?v=${encodeURIComponent(version)}`;
}

function show(state, version) {
  byId("world").textContent = `world ${state.world} · seed ${state.seed} · ${state.virtual ? "virtual" : "real"} clock`;
  showMessages(state.messages);
  showLatest(state.latest, version);
  document.body.dataset.version = version;
}

const feed = new EventSource("/events");
feed.addEventListener("state", (event) => show(JSON.parse(event.data), event.lastEventId));
feed.onerror = () => { byId("world").textContent = "not connected; is `countersign up` still running?"; };
