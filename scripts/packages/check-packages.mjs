// Anyone may use these without asking; MPL-2.0 asks for its own files only.
const allowedLicences = [
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'ISC',
  'MIT',
  'MPL-2.0',
  'Unlicense',
]

/** Exact versions, licences that we may pass on, and a lock file that works with whatever registry npm is set to. */
export function checkPackages(manifest, lock) {
  const direct = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies })
  const locked = Object.entries(lock.packages).filter(([path]) => path !== '')
  return [
    ...direct
      .filter(([, version]) => !/^\d/.test(version))
      .map(([name, version]) => `${name}: ${version} is not an exact version`),
    ...locked
      .filter(([, one]) => !isAllowed(one.license))
      .map(([path, one]) => `${path}: the licence ${one.license} is not allowed`),
    ...locked.filter(([, one]) => one.resolved !== undefined).map(([path]) => `${path}: the lock file names a registry`),
    ...locked
      .filter(([, one]) => !one.link && one.integrity === undefined)
      .map(([path]) => `${path}: the lock file has no digest`),
  ]
}

/** Of alternatives we take the one that suits us. */
function isAllowed(licence = 'unknown') {
  return licence
    .replace(/^\(|\)$/g, '')
    .split(' OR ')
    .some((one) => one.split(' AND ').every((part) => allowedLicences.includes(part)))
}
