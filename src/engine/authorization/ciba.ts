import { type Configuration, errors } from 'oidc-provider'
import type { Realm } from '../../registration/index.ts'
import { runtimeOf } from '../runtime.ts'

const bindingMessageLengthMax = 100

/** OpenID Connect CIBA 1.0, poll mode. Nothing is pushed to the person: the request waits on a page of ours. */
export function ciba(realm: Realm): NonNullable<NonNullable<Configuration['features']>['ciba']> {
  return {
    enabled: realm.capabilities.features.ciba,
    deliveryModes: ['poll'],
    async processLoginHint(ctx, hint) {
      const { ports } = runtimeOf(ctx)
      return (hint === undefined ? undefined : await ports.accounts.findByUsername(realm.name, hint))?.id
    },
    processLoginHintToken() {
      throw new errors.InvalidRequest('login_hint_token is not supported, use login_hint or id_token_hint')
    },
    validateBindingMessage(_ctx, message) {
      if (
        message === undefined ||
        (message.length <= bindingMessageLengthMax && /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]+$/u.test(message))
      )
        return
      throw new errors.InvalidBindingMessage(`binding_message is plain text of at most ${bindingMessageLengthMax} characters`)
    },
    // RFC 6749 §3.1: parameters that are not understood are ignored. There are no user codes (CIBA §7.1).
    validateRequestContext: () => undefined,
    verifyUserCode: () => undefined,
    triggerAuthenticationDevice: () => undefined,
  }
}
