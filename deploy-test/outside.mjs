// Loaded into every function of the emulator by NODE_OPTIONS to simulate the public internet. One host name resolves to
// a public address, and connections to that address reach the test's receiver. Connections to AWS reach the emulator,
// which itself redirects only those of node:https. The service's own checks of addresses and certificates treat both
// like any other host.
import { Resolver } from 'node:dns/promises';
import { Socket } from 'node:net';

const { TEST_DEPLOY_HOST: host, TEST_DEPLOY_ADDRESS: address, TEST_DEPLOY_PORT: receiver } = process.env;
const { GATEWAY_PORT: emulator } = process.env;
const { resolve4, resolve6 } = Resolver.prototype;
const { connect } = Socket.prototype;

Resolver.prototype.resolve4 = function (name, ...rest) {
  return name === host ? Promise.resolve([address]) : resolve4.call(this, name, ...rest);
};
Resolver.prototype.resolve6 = function (name, ...rest) {
  return name === host ? Promise.resolve([]) : resolve6.call(this, name, ...rest);
};

const portOf = (name) => {
  if (name === host) return receiver;
  return name?.endsWith('.amazonaws.com') ? emulator : undefined;
};
Socket.prototype.connect = function (...args) {
  const [options] = Array.isArray(args[0]) ? args[0] : args;
  const port = Number(options?.port) === 443 ? portOf(options.host) : undefined;
  if (port !== undefined) Object.assign(options, { host: '127.0.0.1', port: Number(port), lookup: undefined });
  return connect.apply(this, args);
};
