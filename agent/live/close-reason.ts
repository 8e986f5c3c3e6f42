/** A WebSocket's close reason holds 123 bytes (RFC 6455 §5.5). */
export function closeReason(text: string): string {
  const bytes = Buffer.from(text);
  return bytes.byteLength <= 123 ? text : `${bytes.subarray(0, 117).toString().replace(/�+$/, '')}…`;
}
