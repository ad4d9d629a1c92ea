/** What `oauth-registrar` is to an operator's policy while the server runs it: the words to write a policy in, and nothing heavier. */
export { Type } from 'typebox'
export { amend, definePolicy, expire, hold, limit, refuse } from './define-policy.ts'
