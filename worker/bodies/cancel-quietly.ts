/**
 * Cancels a body or its reader. An unread half of a `tee` would otherwise stay in memory for as long as the other half is read.
 * Not to be awaited where the other half must still be read: the cancellation of one half settles only with the other's.
 */
export const cancelQuietly = (body: { cancel(): Promise<void> }): Promise<void> =>
  body.cancel().catch(() => {}); // it is broken already, which is as good
