import { BlockList, isIP } from 'node:net';

/** The addresses that only this machine reaches: 127.0.0.0/8 (also written as IPv6) and ::1. */
const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/** Whether only this machine can reach a service bound to `host`. Of names, `localhost` is believed. */
export function isLoopback(host: string): boolean {
  const family = isIP(host);
  if (family === 0) return host.toLowerCase() === 'localhost';
  return loopback.check(host, family === 4 ? 'ipv4' : 'ipv6');
}

/** Whether a service with these settings would serve anyone on the network without asking who it is. */
export const isOpen = (settings: { host: string; keys: readonly unknown[]; allowOpen: boolean }): boolean =>
  !isLoopback(settings.host) && settings.keys.length === 0 && !settings.allowOpen;

/** Refuses to bind a service that anyone could use; says what to do instead. */
export function checkBind(settings: { host: string; keys: readonly unknown[]; allowOpen: boolean }): void {
  if (isOpen(settings))
    throw new Error(
      `Expected keys for an address beyond this machine, found none for ${settings.host}. Maybe \`placewright keys new NAME\` makes one; allowOpen does without.`,
    );
}
