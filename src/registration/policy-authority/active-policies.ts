import type { Channel, JsonObject } from '../client.ts'
import type { PolicyTypes } from '../ports.ts'
import type { PolicyInstance, Realm } from '../realm.ts'
import type { Operation, PolicyContext, PolicyType } from './define-policy.ts'
import { readPolicyOptions } from './read-policy-options.ts'

/** An instance with its type and with its options as the type wants them. `type` absent: the server does not know it any more. */
export interface ActivePolicy {
  readonly instance: PolicyInstance
  readonly type: PolicyType | undefined
  readonly options: JsonObject
}

/** Every way into the realm but the configuration file: what an operator writes there must not be refused by what was decided later. */
const channelsByDefault: readonly Channel[] = [
  'open',
  'initial-access-token',
  'software-statement',
  'certificate',
  'metadata-document',
  'administrator',
]

const ownChannels: readonly Channel[] = ['administrator', 'provisioned']

/** Prepared once for each snapshot of a realm, since options are the same for every registration. */
export function activePolicies({ policies }: Pick<Realm, 'policies'>, types: PolicyTypes): readonly ActivePolicy[] {
  const known = prepared.get(policies)
  if (known?.types === types.all()) return known.active
  const active = policies.filter(({ enabled }) => enabled).map((instance) => prepare(instance, types))
  prepared.set(policies, { types: types.all(), active })
  return active
}

const prepared = new WeakMap<
  readonly PolicyInstance[],
  { readonly types: readonly PolicyType[]; readonly active: readonly ActivePolicy[] }
>()

function prepare(instance: PolicyInstance, types: PolicyTypes): ActivePolicy {
  const type = types.find(instance.policy)
  return { instance, type, options: type === undefined ? instance.options : readPolicyOptions(type, instance.options) }
}

/** What decides whether a policy has a say: the client's channel and tokens, the operation, and who acts. */
interface Applicability {
  readonly operation: Operation
  readonly channel: Channel
  readonly isAdministrator: boolean
  readonly isAgent: boolean
  readonly boundPolicies: readonly string[]
}

/** Those that have a say about this request, in their order. */
export function applicablePolicies(
  active: readonly ActivePolicy[],
  { operation, client, requester, isAgent = false }: PolicyContext,
  boundPolicies: readonly string[],
): readonly ActivePolicy[] {
  const channel = client?.channel ?? requester.channel
  const applicability = { operation, channel, isAdministrator: requester.isAdministrator, isAgent, boundPolicies }
  return active.filter((policy) => isApplicable(policy, applicability))
}

function isApplicable({ instance, type }: ActivePolicy, of: Applicability): boolean {
  if (instance.onlyBound && !of.boundPolicies.includes(instance.id)) return false
  if (instance.appliesTo !== undefined && (instance.appliesTo === 'agents') !== of.isAgent) return false
  if (!(instance.channels ?? channelsByDefault).includes(of.channel)) return false
  // What is unknown here cannot say whom it is for: it is for everybody, and fails.
  if (type === undefined) return true
  if (!(type.operations ?? operationsByDefault).includes(of.operation)) return false
  // A policy about who asks has no say where an administrator asks, or where the operator's own client is concerned.
  return type.concerns === 'metadata' || !(of.isAdministrator || ownChannels.includes(of.channel))
}

const operationsByDefault: readonly Operation[] = ['create', 'update']
