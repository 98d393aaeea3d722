// A real Vault with nothing but what the appliance uses: the transit engine, AppRole, and storage in memory. It listens on a loopback port,
// prints one line of JSON (address, rootToken, unsealKey) and ends when its standard input does.
package main

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"

	log "github.com/hashicorp/go-hclog"
	"github.com/hashicorp/vault/builtin/credential/approle"
	"github.com/hashicorp/vault/builtin/logical/transit"
	vaulthttp "github.com/hashicorp/vault/http"
	"github.com/hashicorp/vault/sdk/helper/consts"
	"github.com/hashicorp/vault/sdk/logical"
	"github.com/hashicorp/vault/sdk/physical/inmem"
	"github.com/hashicorp/vault/vault"
)

func fail(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// The engines above, as the catalogue of plugins wants to hear of them.
type builtins struct{}

func (builtins) Contains(name string, kind consts.PluginType) bool {
	_, found := builtins{}.Get(name, kind)
	return found
}

func (builtins) Keys(kind consts.PluginType) []string {
	switch kind {
	case consts.PluginTypeSecrets:
		return []string{"transit"}
	case consts.PluginTypeCredential:
		return []string{"approle"}
	}
	return nil
}

func (builtins) Get(name string, kind consts.PluginType) (func() (interface{}, error), bool) {
	for _, known := range (builtins{}).Keys(kind) {
		if known == name {
			return func() (interface{}, error) { return nil, errors.New("built in") }, true
		}
	}
	return nil, false
}

func (builtins) DeprecationStatus(name string, kind consts.PluginType) (consts.DeprecationStatus, bool) {
	return consts.Supported, builtins{}.Contains(name, kind)
}

func (builtins) IsBuiltinEntPlugin(string, consts.PluginType) bool { return false }

func newCore() *vault.Core {
	logger := log.New(&log.LoggerOptions{Level: log.Error, Output: os.Stderr})
	backend, err := inmem.NewInmem(nil, logger)
	fail(err)
	core, err := vault.NewCore(&vault.CoreConfig{
		Physical:           backend,
		DisableMlock:       true,
		Logger:             logger,
		LogicalBackends:    map[string]logical.Factory{"transit": transit.Factory},
		CredentialBackends: map[string]logical.Factory{"approle": approle.Factory},
		BuiltinRegistry:    builtins{},
	})
	fail(err)
	return core
}

func main() {
	core := newCore()
	one := &vault.SealConfig{SecretShares: 1, SecretThreshold: 1}
	made, err := core.Initialize(context.Background(), &vault.InitParams{BarrierConfig: one, RecoveryConfig: nil})
	fail(err)
	_, err = core.Unseal(made.SecretShares[0])
	fail(err)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	fail(err)
	handler := vaulthttp.Handler.Handler(&vault.HandlerProperties{Core: core, ListenerConfig: nil})
	go func() { fail(http.Serve(listener, handler)) }()
	fail(json.NewEncoder(os.Stdout).Encode(map[string]string{
		"address":   "http://" + listener.Addr().String(),
		"rootToken": made.RootToken,
		"unsealKey": hex.EncodeToString(made.SecretShares[0]),
	}))
	_, _ = io.Copy(io.Discard, os.Stdin)
}
