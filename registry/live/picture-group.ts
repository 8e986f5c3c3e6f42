/**
 * What a new viewer is given at once: the newest key picture and all since. A group that outgrows the limit is let go;
 * then viewers wait for the next key picture.
 */
export interface PictureGroup {
  add(media: Uint8Array, isKey: boolean): void;
  /** Empty when no key picture is held. */
  pictures(): readonly Uint8Array[];
  sizeBytes(): number;
}

export function createPictureGroup(limitBytes: number): PictureGroup {
  let held: Uint8Array[] = [];
  let heldBytes = 0;
  return {
    add(media, isKey) {
      if (isKey) [held, heldBytes] = [[], 0];
      else if (held.length === 0) return;
      held.push(media);
      heldBytes += media.byteLength;
      if (heldBytes > limitBytes) [held, heldBytes] = [[], 0];
    },
    pictures: () => held,
    sizeBytes: () => heldBytes,
  };
}
