package app

// demoMerchantName is the demo merchant's name as it stands in SMS texts.
const demoMerchantName = "演示商户"
