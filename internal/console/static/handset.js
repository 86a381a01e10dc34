// The handset: messages, newest first, by mobile; a code is copied with one press.
import { byId, button, copy, element, keyed, timeOf } from "./dom.js";
import { t } from "./texts.js";

const subjects = {
  signing: "签约 signing", payment: "支付 payment", debit_notice: "扣款通知 debit notice",
  platform_code: "平台验证码 platform code", platform_notice: "平台通知 notice",
};
let all = [];

function bubble(m) {
  const meta = element("div", "meta", element("span", "", `${m.to} · ${m.sender}`), element("time", "digits", timeOf(m.at)));
  const foot = element("div", "foot", element("span", `tag ${Object.hasOwn(subjects, m.about) ? m.about : ""}`, subjects[m.about] || m.about));
  if (m.code) {
    const press = button(m.code, "code digits", (b) => copy(m.code, b));
    press.setAttribute("aria-label", `${t("copy")} ${m.code}`);
    foot.append(press);
  }
  return element("li", m.medium === "wechat" ? "wechat" : "sms", meta, element("div", "text", m.text), foot);
}

export function showMessages(messages) {
  if (messages) all = messages;
  const select = byId("mobile"), chosen = select.value;
  const people = [...new Set(all.map((m) => m.to))].sort();
  select.replaceChildren(new Option(t("everybody"), ""), ...people.map((p) => new Option(p, p)));
  select.value = people.includes(chosen) ? chosen : "";
  keyed(byId("messages"), all.filter((m) => !select.value || m.to === select.value), (m) => m.cursor, bubble, t("nomessages"));
}

byId("mobile").addEventListener("change", () => showMessages());
