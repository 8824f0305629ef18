/** Distinguishes the latest of several requests, so that the answers to earlier ones are dropped. */
export class LatestRequest {
  #count = 0;

  /** Begins a request. Returns a function that tells whether it is still the latest one. */
  begin(): () => boolean {
    this.#count += 1;
    const own = this.#count;
    return () => own === this.#count;
  }

  /** The answers to all requests so far are dropped. */
  cancel(): void {
    this.#count += 1;
  }
}
