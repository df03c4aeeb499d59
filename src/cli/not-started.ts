/** The service did not start, though nothing is wrong with its settings as far as we know: exit code 5. */
export class NotStarted extends Error {
  override readonly name = 'NotStarted';
}
