<?php
// SPDX-License-Identifier: ISC
/* The middleware as PSR-15 and Laravel call it, with the least that their objects have. */

namespace Psr\Http\Message {
    interface ResponseInterface
    {
    }
}

namespace Psr\Http\Server {
    interface MiddlewareInterface
    {
    }
}

namespace Frames {
    final class Headers
    {
        public array $all = [];

        public function get(string $name): ?string
        {
            return $this->all[$name] ?? null;
        }

        public function set(string $name, string $value): void
        {
            $this->all[$name] = $value;
        }
    }

    final class Request
    {
        public Headers $headers;

        public function __construct(private string $method, private string $path, string $accept)
        {
            $this->headers = new Headers();
            $this->headers->set('Accept', $accept);
        }

        public function getMethod(): string
        {
            return $this->method;
        }

        public function getPathInfo(): string
        {
            return $this->path;
        }

        public function getUri(): self
        {
            return $this;
        }

        public function getPath(): string
        {
            return $this->path;
        }

        public function getHeaderLine(string $name): string
        {
            return (string)$this->headers->get($name);
        }
    }

    final class Response implements \Psr\Http\Message\ResponseInterface
    {
        public Headers $headers;
        public string $body = '';

        public function __construct(public int $status)
        {
            $this->headers = new Headers();
        }

        public function getBody(): self
        {
            return $this;
        }

        public function write(string $text): void
        {
            $this->body .= $text;
        }

        public function withHeader(string $name, string $value): self
        {
            $this->headers->set($name, $value);
            return $this;
        }
    }

    final class Factory
    {
        public function createResponse(int $status): Response
        {
            return new Response($status);
        }
    }

    final class Handler
    {
        public function handle(Request $request): Response
        {
            return new Response(200);
        }
    }
}

namespace {
    require __DIR__ . '/../../verifier/clients/php/EnsureLicenseValid.php';

    use Frames\{Factory, Handler, Request, Response};

    $folder = $argv[1];
    $now = 1777334400;
    $skerry = new Skerry\Skerry(['trust' => file_get_contents("$folder/vendor.manifest"), 'product' => 'hotelhub/hms',
        'license' => "$folder/ladder-begin-at.license", 'timezone' => 'UTC', 'clock' => function () use (&$now): int {
            return $now;
        }]);
    $respond = function (int $status, array $headers, string $body): Response {
        $response = new Response($status);
        $response->headers->all = $headers;
        $response->body = $body;
        return $response;
    };
    $laravel = new Skerry\EnsureLicenseValid($skerry, ['respond' => $respond, 'read_only_status' => 403, 'locked_status' => 503,
        'page' => fn (Skerry\Verdict $v, int $status): string => "own page: $status $v->reason"]);
    $psr = new Skerry\EnsureLicenseValidPsr15($skerry, ['factory' => new Factory(), 'open' => ['/login/']]);

    /* day, method, path, accept, what Laravel gets, what PSR-15 gets, what is in the bodies */
    $walk = [
        [3, 'POST', '/rooms', 'text/html', 200, 200, '', ''],
        [8, 'POST', '/rooms', 'text/html', 200, 200, '', ''],
        [62, 'GET', '/rooms', 'text/html', 200, 200, '', ''],
        [62, 'POST', '/rooms', 'text/html', 403, 423, 'own page: 403 renewal_missed', '<h1>License</h1>'],
        [62, 'POST', '/rooms', 'application/json', 403, 423, '"read_only"', '"read_only"'],
        [62, 'POST', '/rooms', 'application/vnd.api+json', 403, 423, '"read_only"', '"read_only"'],
        [62, 'POST', '/rooms', 'text/html,application/json', 403, 423, 'own page', '<html'],
        [95, 'GET', '/rooms', '', 503, 402, 'own page: 503', 'locked'],
        [95, 'GET', '/login', '', 503, 200, 'own page: 503', ''],
        [95, 'POST', '/login', '', 503, 200, 'own page: 503', ''],
    ];
    foreach ($walk as $i => [$day, $method, $path, $accept, $first, $second, $firstBody, $secondBody]) {
        $now = 1777334400 + $day * 86400;
        $a = $laravel->handle(new Request($method, $path, $accept), fn (): Response => new Response(200));
        $b = $psr->process(new Request($method, $path, $accept), new Handler());
        if ($a->status !== $first || $b->status !== $second || !str_contains($a->body, $firstBody) || !str_contains($b->body, $secondBody)) {
            fwrite(STDERR, "step $i: $a->status $a->body, $b->status $b->body\n");
            exit(1);
        }
        $notice = $day < 7 ? null : ($day < 14 ? 'warn' : 'alert');
        if ($a->headers->get('Skerry-Notice') !== $notice || $b->headers->get('Skerry-Notice') !== $notice) {
            fwrite(STDERR, "step $i: the notice is missing\n");
            exit(1);
        }
    }
    echo "ok Laravel and PSR-15 get the same decisions\n";
}
