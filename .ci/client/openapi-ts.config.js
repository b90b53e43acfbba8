// The options of full-stack-fastapi-template's frontend, whose generated client this check stands in for.
export default {
  plugins: [
    "legacy/axios",
    {
      name: "@hey-api/sdk",
      asClass: true,
      operationId: true,
      classNameBuilder: "{{name}}Service",
      // `items-read_items` of the tag `items` is `ItemsService.readItems`.
      methodNameBuilder({ name, service }) {
        const prefixed = service && name.toLowerCase().startsWith(service.toLowerCase());
        const method = prefixed ? name.slice(service.length) : name;
        return method.charAt(0).toLowerCase() + method.slice(1);
      },
    },
    { name: "@hey-api/schemas", type: "json" },
  ],
};
