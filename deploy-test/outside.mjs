// Loaded into every function of the emulator by NODE_OPTIONS to simulate the public internet: one host name resolves to
// a public address, and connections to that address reach the test's receiver. The service's own checks of addresses
// and certificates treat it like any other host.
import { Resolver } from 'node:dns/promises';
import { Socket } from 'node:net';

const { TEST_DEPLOY_HOST: host, TEST_DEPLOY_ADDRESS: address, TEST_DEPLOY_PORT: port } = process.env;
const { resolve4, resolve6 } = Resolver.prototype;
const { connect } = Socket.prototype;

Resolver.prototype.resolve4 = function (name, ...rest) {
  return name === host ? Promise.resolve([address]) : resolve4.call(this, name, ...rest);
};
Resolver.prototype.resolve6 = function (name, ...rest) {
  return name === host ? Promise.resolve([]) : resolve6.call(this, name, ...rest);
};
Socket.prototype.connect = function (...args) {
  const [options] = Array.isArray(args[0]) ? args[0] : args;
  if (options?.host === host && Number(options.port) === 443)
    Object.assign(options, { host: '127.0.0.1', port: Number(port), lookup: undefined });
  return connect.apply(this, args);
};
