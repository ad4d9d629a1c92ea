/** The directory could not be asked, or did not answer as it should: nobody's password was judged. */
export class DirectoryFailure extends Error {
  override readonly name = 'DirectoryFailure'
}
