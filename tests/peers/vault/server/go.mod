module holdfast.invalid/vault-server

go 1.20

require (
	github.com/hashicorp/go-hclog v1.5.0
	github.com/hashicorp/vault v1.14.10
	github.com/hashicorp/vault/api v1.9.2
	github.com/hashicorp/vault/sdk v0.10.2
)

// Adapted by build-vault.ts.
replace github.com/hashicorp/vault/sdk => ./sdk
