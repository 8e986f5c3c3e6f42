import { createSocket, type Socket } from 'node:dgram';

/** Something on loopback that answers whatever it hears at a group, from an address of its own. */
export async function startAnswering(o: {
  group: string;
  port: number;
  address: string;
  answers: (heard: Buffer) => readonly Buffer[];
}): Promise<{ close(): Promise<void> }> {
  const [hearing, speaking] = [createSocket({ type: 'udp4', reuseAddr: true }), createSocket('udp4')];
  const bound = (socket: Socket, port: number, address: string) =>
    new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.bind(port, address, resolve);
    });
  await bound(hearing, o.port, o.group);
  await bound(speaking, 0, o.address);
  hearing.addMembership(o.group, '127.0.0.1');
  hearing.on('message', (heard, from) => {
    for (const answer of o.answers(heard)) speaking.send(answer, from.port, from.address, () => undefined);
  });
  return {
    close: async () => {
      for (const socket of [hearing, speaking])
        await new Promise<void>((resolve) => socket.close(() => resolve()));
    },
  };
}

/** A DNS answer (RFC 1035 §4.1) of one service instance: pointer, place and text. */
export function serviceAnswer(o: { service: string; name: string; port: number; text: string }): Buffer {
  const labels = (...parts: string[]) =>
    Buffer.concat([...parts.map((part) => counted(Buffer.from(part))), Buffer.from([0])]);
  const counted = (bytes: Buffer) => Buffer.concat([Buffer.from([bytes.length]), bytes]);
  const service = [...o.service.split('.'), 'local'];
  const record = (name: Buffer, type: number, data: Buffer) => {
    const fixed = Buffer.alloc(10);
    fixed.writeUInt16BE(type, 0);
    fixed.writeUInt16BE(1, 2);
    fixed.writeUInt32BE(10, 4);
    fixed.writeUInt16BE(data.length, 8);
    return Buffer.concat([name, fixed, data]);
  };
  const instance = labels(o.name, ...service);
  const place = Buffer.alloc(6);
  place.writeUInt16BE(o.port, 4);
  const header = Buffer.from([0, 0, 0x84, 0, 0, 0, 0, 3, 0, 0, 0, 0]);
  return Buffer.concat([
    header,
    record(labels(...service), 12, instance),
    record(instance, 33, Buffer.concat([place, labels('camera', 'local')])),
    record(instance, 16, counted(Buffer.from(o.text))),
  ]);
}
