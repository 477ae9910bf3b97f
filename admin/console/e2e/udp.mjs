// UDP sockets of this machine.
import { createSocket } from 'node:dgram';

export const host = '127.0.0.1';

/** bound opens a socket on a free port. */
export async function bound() {
  const socket = createSocket('udp4');
  await new Promise((resolve, reject) => socket.once('error', reject).bind(0, host, resolve));
  return socket;
}

/** freePort finds a port that nobody has now. */
export async function freePort() {
  const socket = await bound();
  const { port } = socket.address();
  await new Promise((resolve) => socket.close(resolve));
  return port;
}
