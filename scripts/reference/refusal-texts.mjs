/** When a refusal happens, and what whoever meets it can do. */
export const refusals = {
  invalid_redirect_uri: {
    when: 'A redirect URI is missing where the grant needs one, is malformed, has a fragment, or is not of a kind that the application type may have.',
    todo: 'Correct the URI that `error_description` names; `registration.redirectUris` has what the operator can allow.',
  },
  invalid_client_metadata: {
    when: 'A member has the wrong type or a value that the realm does not serve, members contradict each other, a token fixes a member, or the body is no JSON object.',
    todo: 'Correct the members that are named; discovery tells what is served.',
  },
  invalid_software_statement: {
    when: '`software_statement` is not a signed JWT, its signature does not verify, it has expired, is too old, was used before, lacks a claim, or an update must not bring one.',
    todo: 'Get a fresh statement from its issuer.',
  },
  unapproved_software_statement: {
    when: 'No trusted issuer made `software_statement`, or the issuer says that the software or its organisation is not active.',
    todo: 'Register with a statement of an issuer that the realm trusts.',
  },
  software_statement_required: {
    when: 'The realm, or a policy, wants a software statement, and there is none. The answer says `invalid_software_statement`.',
    todo: 'Send `software_statement`.',
  },
  invalid_webhook_uris: {
    when: '`webhook_uris` is not what the software statement says (Open Finance Brasil).',
    todo: 'Send exactly the addresses of the statement, or none.',
  },
  token_required: {
    when: 'No token was sent where one is needed.',
    todo: 'Send an initial access token to register, the registration access token for everything else, as `Authorization: Bearer`.',
  },
  invalid_token: {
    when: 'The token is unknown, expired, revoked or used up, or the client is not there; nobody is told which.',
    todo: 'Ask the operator for another initial access token, or register again.',
  },
  insufficient_scope: {
    when: 'An access token was sent as initial access token and has none of `registration.initialAccessTokenScopes`.',
    todo: 'Ask for a token with the scope that `WWW-Authenticate` names.',
  },
  access_denied: {
    when: 'The client is suspended or was refused, a limit on clients is reached, a policy says so, or nobody may do that to the client here.',
    todo: 'Ask the operator; the description has what an administrator wants to be known.',
  },
  temporarily_unavailable: {
    when: 'The database cannot be reached, a policy is missing or too slow, or the client is being changed by other requests.',
    todo: 'Try again after the seconds in `Retry-After`.',
  },
}

/** What is wrong with a request as HTTP, by status and `error`. */
export const problems = {
  '400 `invalid_client_metadata`': { when: 'The connection ended before the body did.', todo: 'Send the request again.' },
  '400 `invalid_request`': {
    when: 'The address is malformed, or a trusted proxy says that the request came over plain http.',
    todo: 'Correct the address; use https.',
  },
  '404 `not_found`': {
    when: 'There is no such path or realm, or registration, management or the feature is switched off.',
    todo: 'Look the address up in discovery.',
  },
  '405 `method_not_allowed`': {
    when: 'The path does not answer this method.',
    todo: 'Use one of `Allow`; with signed requests alone, PUT instead of PATCH.',
  },
  '413 `invalid_client_metadata`': {
    when: 'The body is larger than `http.bodyBytesMax`.',
    todo: 'Send less: `jwks_uri` instead of `jwks`, say.',
  },
  '415 `invalid_client_metadata`': {
    when: 'The body is not `application/json` (for PATCH also `application/merge-patch+json`), or is compressed. A realm can take signed requests (`application/jwt`, `application/jose`) besides, or instead.',
    todo: 'Send one of the types in `Accept`, without `Content-Encoding`.',
  },
  '429 `temporarily_unavailable`': {
    when: 'A limit of `http.rateLimits` is reached.',
    todo: 'Wait the seconds in `Retry-After`.',
  },
  '500 `server_error`': {
    when: 'A fault of the server. The answer has a `request_id` and nothing else.',
    todo: 'Give the `request_id` to the operator.',
  },
}
