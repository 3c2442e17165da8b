package oauth

// ReadCode finds the code in what a person brought.
var ReadCode = readCode
