package fault_test

// socketSection is what the page of faults says about connections and gateways.
const socketSection = "\n## On the socket\n\n" +
	"Faults marked so happen to the bytes on the connection, over TCP and in process alike: an RST is one (ECONNRESET for the\n" +
	"client), a FIN is one, and a body that drips waits on the clock of the world. What they keep open ends with the client, the rule,\n" +
	"the world or the simulator; a world holds 64 such connections at once, one more is reset. At `received`, where nothing is done, it is a\n" +
	"gateway's unsigned 502 that breaks. `reset` and `truncate` together reset the connection after half of the body.\n\n" +
	"**Connection refused (O1).** All worlds share one port, so one world's connection cannot be refused. `reset` at `before_receive` comes\n" +
	"nearest, and differs where it counts: a refused connection proves that nothing was written, a reset one proves nothing, so that a client\n" +
	"may send again after the first and must ask after the second. To see a true refusal, point the client at a port nobody listens on.\n\n" +
	"## The messaging gateways\n\n" +
	"`sms` and `wechat` are operations too: a message of the platform passes before_receive, received, texting and committed, and meets\n" +
	"withhold_reply, hang, slow, gateway_error, system_busy, rate_limit and the faults on the socket. At `committed` the message is on the handset\n" +
	"already; sent again under the same `message_no` it arrives once. A rule has to name them: without an operation, a rule means the channels.\n" +
	"`match.number` is the `reference` of the message, or its `message_no` where it has none. No channel, member, card or amount is known there.\n"
