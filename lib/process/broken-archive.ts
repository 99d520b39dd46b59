/** An object of the archive is missing or is not what was written. Nothing but a person can mend that. */
export class BrokenArchive extends Error {
  override name = 'BrokenArchive';
}
