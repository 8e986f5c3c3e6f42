export interface FrameLimits {
  /** Largest CONNECT packet, bytes: id, user, token and will fit easily. */
  connectBytes: number;
  /** Largest packet after that, bytes. */
  packetBytes: number;
}

/**
 * Follows the boundaries of MQTT packets in a byte stream (MQTT 3.1.1 §2.2) and says when one announces more
 * bytes than allowed, before those bytes are collected: the parser behind it keeps a packet until it is
 * whole, and the format allows 256 MiB. Also: the first packet must be a CONNECT [MQTT-3.1.0-1].
 */
export class FrameGuard {
  readonly #limits: FrameLimits;
  #connected = false;
  /** Bytes of the current packet's body still to come; null while reading its fixed header. */
  #bodyLeft: number | null = null;
  #type: number | null = null;
  #length = 0;
  #shift = 0;

  constructor(limits: FrameLimits) {
    this.#limits = limits;
  }

  /** Takes the next bytes as they came; a text is the reason to end the connection. */
  take(bytes: Uint8Array): string | null {
    let at = 0;
    while (at < bytes.length) {
      if (this.#bodyLeft !== null) {
        const skipped = Math.min(this.#bodyLeft, bytes.length - at);
        at += skipped;
        this.#bodyLeft -= skipped;
        if (this.#bodyLeft === 0) this.#bodyLeft = null;
        continue;
      }
      const byte = bytes[at] as number;
      at += 1;
      if (this.#type === null) {
        this.#type = byte >> 4;
        this.#length = 0;
        this.#shift = 0;
        if (!this.#connected && this.#type !== 1) return 'the first packet is not a CONNECT';
        continue;
      }
      // Remaining length: seven bits a byte, lowest first, at most four bytes.
      this.#length += (byte & 0x7f) * 2 ** this.#shift;
      this.#shift += 7;
      const limit = this.#connected ? this.#limits.packetBytes : this.#limits.connectBytes;
      if (this.#length > limit) return `a packet of more than ${limit} bytes`;
      if ((byte & 0x80) !== 0) {
        if (this.#shift >= 28) return 'a packet length of more than four bytes';
        continue;
      }
      this.#connected = true;
      this.#type = null;
      this.#bodyLeft = this.#length > 0 ? this.#length : null;
    }
    return null;
  }
}
