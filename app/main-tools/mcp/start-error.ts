/** A server that could not be started, with the end of its standard error. */
export class StartError extends Error {
  readonly stderr: string;

  constructor(message: string, stderr: string) {
    super(message);
    this.stderr = stderr;
  }
}
