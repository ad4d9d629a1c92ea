import type { Configuration } from 'oidc-provider'
import type { Realm } from '../../registration/index.ts'
import { runtimeOf } from '../runtime.ts'
import { audience, named, recordOf, showPage } from './pages.ts'

/** RFC 8628; how often a device may ask is decided by `pacePolling`. */
export function deviceFlow(realm: Realm): NonNullable<NonNullable<Configuration['features']>['deviceFlow']> {
  return {
    enabled: realm.capabilities.features.deviceFlow,
    charset: 'base-20',
    mask: '****-****',
    // The address and browser of a device would have to be protected, and nothing here needs them.
    deviceInfo: () => ({}),
    userCodeInputSource(ctx, form, _out, err) {
      const view = { ...audience(ctx), form, formId: 'op.deviceInputForm', ...(err === undefined ? {} : { problem: err.name }) }
      const page = runtimeOf(ctx).ports.pages.deviceCode(view)
      showPage(ctx, page, err === undefined ? page.status : ctx.status)
    },
    async userCodeConfirmSource(...[ctx, form, client, , userCode]) {
      const record = await recordOf(ctx, client)
      const view = { ...audience(ctx), form, formId: 'op.deviceConfirmForm', userCode }
      showPage(ctx, runtimeOf(ctx).ports.pages.deviceConfirm(record === undefined ? view : { ...view, client: record }))
    },
    async successSource(ctx) {
      const view = { ...audience(ctx), ...named(await recordOf(ctx, ctx.oidc.client)) }
      showPage(ctx, runtimeOf(ctx).ports.pages.deviceDone(view))
    },
  }
}
