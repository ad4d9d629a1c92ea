import type { PrivilegeTerms } from '../../registration/index.ts'

/** What a body says, with nobody and nothing where it says nothing. */
export function termsOf({
  resource,
  subjects = [],
  subjectGroups = [],
  scopes = [],
  description,
}: Partial<PrivilegeTerms>): PrivilegeTerms {
  return {
    ...(resource === undefined ? {} : { resource }),
    ...{ subjects, subjectGroups, scopes },
    ...(description === undefined ? {} : { description }),
  }
}
