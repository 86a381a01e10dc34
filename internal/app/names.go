package app

// demoMerchantName is the demo merchant's name as it stands in SMS texts. A durable world knows its merchants by this
// name only, a world made over the control plane also by the id.
const demoMerchantName = "演示商户"
