import type * as z from 'zod/mini';

/** The part of OpenAPI 3.1.1 that the service uses. */
export type JsonSchema = z.core.JSONSchema.JSONSchema;
export type Reference = { $ref: string };

export type Example = { summary: string; value: unknown };
export type MediaType = { schema: JsonSchema | Reference; example?: unknown; examples?: Record<string, Reference> };
export type Header = { description: string; required?: boolean; schema: JsonSchema };
export type Parameter = {
  name: string;
  in: 'path' | 'query' | 'header';
  required: boolean;
  description?: string;
  schema: JsonSchema;
  example?: unknown;
};
export type RequestBody = { required: boolean; content: Record<string, MediaType> };
export type Response = { description: string; headers: Record<string, Reference>; content: Record<string, MediaType> };
export type SecurityScheme =
  | { type: 'apiKey'; in: 'header'; name: string; description: string }
  | { type: 'http'; scheme: 'bearer'; description: string }
  | {
      type: 'oauth2';
      flows: { clientCredentials: { tokenUrl: string; scopes: Record<string, string> } };
      description: string;
    };

export type Operation = {
  operationId: string;
  tags: string[];
  summary: string;
  description: string;
  deprecated?: true;
  'x-sunset'?: string;
  security: Record<string, string[]>[];
  'x-required-scopes'?: string[];
  parameters: Parameter[];
  requestBody?: RequestBody;
  responses: Record<string, Response | Reference>;
};

/** A message that the service sends to a webhook endpoint. */
export type Webhook = {
  operationId: string;
  tags: string[];
  summary: string;
  description: string;
  security: [];
  requestBody: RequestBody;
  responses: Record<string, { description: string }>;
};

export type Components = {
  schemas: Record<string, JsonSchema>;
  responses: Record<string, Response>;
  examples: Record<string, Example>;
  headers: Record<string, Header>;
  securitySchemes: Record<string, SecurityScheme>;
};

export type OpenApiDocument = {
  openapi: '3.1.1';
  info: {
    title: string;
    version: string;
    summary: string;
    description: string;
    contact: { name: string; url: string };
    license: { name: string; identifier: string };
  };
  servers: { url: string }[];
  tags: { name: string; description: string }[];
  paths: Record<string, Record<string, Operation>>;
  webhooks: Record<string, { post: Webhook }>;
  components: Components;
};
