// Its own file, because the page's policy allows no script inside it.
window.ui = SwaggerUIBundle({
  url: '/openapi.yaml',
  domNode: document.getElementById('api'),
  deepLinking: true,
  tryItOutEnabled: true,
  // The token stays in this page: nothing is stored, and nobody outside is asked to judge the file.
  persistAuthorization: false,
  validatorUrl: null,
});
