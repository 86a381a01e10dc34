// What the page says, in English and Chinese. The handset is Chinese first in both.
const texts = {
  skip: "Skip to content|跳到内容", world: "World|世界", worlds: "Worlds|世界", clock: "Clock|时钟", clockword: "Clock|时钟",
  next: "Next due|下一件", due: "Due|待办", toinstant: "To instant (UTC+8)|到某时刻 (UTC+8)", go: "Go|前往",
  nothingdue: "Nothing is due.|没有待发生的事。", real: "real clock|真实时钟", virtual: "virtual clock|虚拟时钟",
  joint: "virtual, with the platform's|虚拟时钟（与平台同步）",
  realhint: "This world runs on the real clock; it cannot be moved.|本世界按真实时间运行，不能拨动。",
  handset: "Handset|手机", parts: "Parts of the page|页面各部分", mobile: "Mobile|手机号", everybody: "All handsets 全部手机|全部手机",
  nomessages: "还没有短信。 No messages yet.|还没有短信。", copy: "Copy|复制", copied: "Copied|已复制",
  story: "Story|经过", journal: "Journal|流水", faults: "Faults|故障", number: "Number|编号", tell: "Tell|查看",
  mermaid: "Copy Mermaid|复制 Mermaid", latest: "Latest payment|最近一笔支付", storyof: "Story of|经过：",
  nostory: "Choose a number: of an order, a signing, a payment.|请选择编号：订单、签约或支付。", unknownnumber: "Nothing is known of this number.|查无此编号。",
  channel: "Channel|渠道", operation: "Operation|操作", all: "all|全部", clear: "Clear|清除", cut: "Older rows are not listed; narrow the filter to see them.|更早的记录未列出；请缩小筛选范围。",
  norows: "Nothing has been exchanged yet.|还没有往来。", deliveries: "Notifications sent|已发通知", nodeliveries: "None yet.|还没有。", again: "Send again|重发",
  verdicts: "What the client did against the contract|被测方违反契约之处", breaks: "The simulator itself left its contract|模拟器自身偏离契约",
  evidence: "evidence|证据", row: "row|第", must: "must|必须", should: "should|应当", omitted: "more not listed|未列出",
  committed: "committed|已生效", notcommitted: "not committed|未生效", lost: "answer lost|应答丢失", request: "Request|请求", response: "Answer|应答",
  signature: "Signature|签名", cause: "Cause|原因", variant: "Variant|变体", member: "Member|商户号", nobody: "no body|无内容", dropped: "body no longer kept|内容已不再保留",
  inforce: "Rules in force|生效中的规则", noneinforce: "No faults: every call goes well.|没有故障：一切顺利。", catalogue: "What can go wrong on purpose|可以故意出的错",
  search: "Search|搜索", searchfault: "Search the catalogue|搜索故障", add: "Add…|添加…", remove: "Remove|移除", matched: "fitted|符合", hits: "struck|发作", spent: "used up|已用完",
  fromtemper: "from the temper|来自脾气", anycall: "any|任意", socket: "on the socket|连接层", cancel: "Cancel|取消", putinforce: "Put in force|生效",
  when: "When|何时", which: "Which|哪些",
  seed: "Seed|种子", temper: "Temper|脾气", parent: "Forked from|分叉自", members: "Members|商户号", charges: "Debits|扣款", acts: "Acts|操作",
  fork: "Fork|分叉", reset: "Reset|重置", remove_world: "Delete|删除", durable: "durable|持久",
  newworld: "A new world|新建世界", create: "Create|新建", name: "Name|名称", drawn: "drawn|随机", mode: "Clock|时钟",
  sure: "Sure?|确定？", friendly: "friendly|友善", realistic: "realistic|逼真", hostile: "hostile|恶劣", realword: "real|真实", virtualword: "virtual|虚拟",
  live: "live|实时", connecting: "connecting…|连接中…", down: "not connected; is `countersign up` still running?|未连接；countersign up 还在运行吗？",
  gone: "There is no such world (any more). Choose another.|没有这个世界（了），请另选。", nothinghappened: "Nothing happened.|什么也没有发生。", happened: "Happened:|发生了：",
  simulated: "Simulated banks and channels. Invented people. No real money.|模拟的银行与渠道，虚构的人，没有真钱。",
  request_f: "The request|请求", answer_f: "The answer|应答", socket_f: "The connection|连接", bank_f: "The bank|银行", text_f: "SMS|短信", notice_f: "Notifications|通知", file_f: "Files|文件",
};

let chinese = (() => {
  try { const kept = localStorage.getItem("lang"); if (kept) return kept === "zh"; } catch { /* nothing is kept */ }
  return navigator.language.startsWith("zh");
})();

export const isChinese = () => chinese;
export const t = (key) => (Object.hasOwn(texts, key) ? texts[key].split("|")[chinese ? 1 : 0] : key);

// translate puts the texts of one language into what stands in the page.
export function translate() {
  document.documentElement.lang = chinese ? "zh-CN" : "en";
  for (const e of document.querySelectorAll("[data-t]")) e.textContent = t(e.dataset.t);
  for (const e of document.querySelectorAll("[data-l]")) e.setAttribute("aria-label", t(e.dataset.l));
}

export function switchLanguage() {
  chinese = !chinese;
  try { localStorage.setItem("lang", chinese ? "zh" : "en"); } catch { /* nothing is kept */ }
  translate();
}
