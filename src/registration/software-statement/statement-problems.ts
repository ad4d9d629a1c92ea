/**
 * Reasons that a dialect puts into words of its own. All others come from a JWT whose signature is right, or that is none.
 */
export const statementProblems = {
  notSigned: 'software_statement must be a signed JWT in compact form with an iss claim',
  wrongSignature:
    'software_statement must be signed by its issuer, with one of the keys and algorithms that are known of it here',
  missing: 'software_statement is required: a JWT that a statement issuer of this realm has signed',
  inUpdate: 'software_statement is not allowed in an update; leave it out, the one of the registration stays in force',
} as const
