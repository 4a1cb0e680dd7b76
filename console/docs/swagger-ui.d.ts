/** What this page uses of Swagger UI, which comes without types. */
declare module 'swagger-ui-dist/swagger-ui-es-bundle.js' {
  interface SwaggerRequest {
    url: string
    headers: Record<string, string>
  }
  export default function SwaggerUI(options: {
    url: string
    dom_id: string
    deepLinking: boolean
    displayRequestDuration: boolean
    docExpansion: 'list' | 'full' | 'none'
    /** -1 leaves the list of schemas out. */
    defaultModelsExpandDepth: number
    showMutatedRequest: boolean
    /** `null`: no validator on the internet is asked. */
    validatorUrl: null
    requestInterceptor(request: SwaggerRequest): SwaggerRequest
    onComplete(): void
  }): void
}
