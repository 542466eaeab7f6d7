<?php
// SPDX-License-Identifier: ISC
/*
 * EnsureLicenseValid: a middleware that lets a web application do what its license allows.
 *
 *     full access    everything passes; a header tells when a renewal is due
 *     read only      GET, HEAD and OPTIONS pass; what would change something is answered with 423
 *     locked         a page that says why and whom to call: 402, or 503 where the license cannot be told
 *
 * Paths that are named as open pass in every state: signing in, the page about the license, the export of
 * one's own data. Callers that want JSON get JSON. It fits
 *
 *     Laravel        $middleware->append(Skerry\EnsureLicenseValid::class), bound to a Skerry\Skerry
 *     PSR-15         new Skerry\EnsureLicenseValidPsr15($skerry, ['factory' => $psr17])
 *     plain PHP      if (!(new Skerry\EnsureLicenseValid($skerry))->enforce()) return;
 *
 * and depends on none of them. docs/guide/php.md has the settings beside these.
 */

namespace Skerry;

require_once __DIR__ . '/Skerry.php';

class EnsureLicenseValid
{
    private const READS = ['GET', 'HEAD', 'OPTIONS'];
    /* Where it is not the license that is missing, but what could tell of it. */
    private const TECHNICAL = ['no_daemon', 'io', 'file_permission', 'state_damaged'];

    private Skerry $skerry;
    private array $settings;

    /**
     *     open              paths that pass in every state: '/login', or '/export/*' with all below it
     *     api               paths whose callers get JSON whatever they accept; ['/api/*']
     *     read_only_status  423, or 403
     *     locked_status     402, or 503
     *     title             of the page; 'License'
     *     page              function (Verdict $verdict, int $status): string, HTML in place of the page here
     *     log               function (string $line): void, told once for each request that is not served
     *     factory           a PSR-17 response factory, for PSR-15
     *     respond           function (int $status, array $headers, string $body), for other frameworks
     */
    public function __construct(Skerry $skerry, array $settings = [])
    {
        $this->skerry = $skerry;
        $this->settings = $settings + ['open' => [], 'api' => ['/api/*'], 'read_only_status' => 423,
            'locked_status' => 402, 'title' => 'License', 'page' => null, 'log' => null, 'factory' => null,
            'respond' => null];
    }

    /** What holds; also where nothing could be told. */
    public function verdict(): Verdict
    {
        try {
            return $this->skerry->verdict();
        } catch (SkerryException $e) {
            $verdict = new Verdict();
            $verdict->at = time();
            $verdict->reason = $e->name();
            $verdict->trouble = $e->name();
            $verdict->message = $e->getMessage();
            return $verdict;
        }
    }

    /**
     * [status, headers, body] of the answer in place of the application's; status 0: let it pass, and add the
     * headers to its answer. $path is that which the application routes by, without its query.
     */
    public function decide(string $method, string $path, bool $wantsJson, ?string $feature = null): array
    {
        $verdict = $this->verdict();
        $open = self::isAmong($path, $this->settings['open']);
        $status = 0;
        if (!$open && !$verdict->mayRead()) {
            $technical = in_array($verdict->reason, self::TECHNICAL, true);
            $status = $technical ? 503 : $this->settings['locked_status'];
        } elseif (!$open && !$verdict->isFull() && !in_array(strtoupper($method), self::READS, true)) {
            $status = $this->settings['read_only_status'];
        } elseif (!$open && $feature !== null && !$this->skerry->check($feature, true)) {
            $status = 403;
        }
        $headers = self::notice($verdict);
        if ($status === 0) {
            return [0, $headers, ''];
        }
        if ($this->settings['log'] !== null) {
            ($this->settings['log'])("skerry: $status $method $path: $verdict->state, $verdict->reason");
        }
        $headers += ['Cache-Control' => 'no-store'] + ($status === 503 ? ['Retry-After' => '60'] : []);
        if ($wantsJson || self::isAmong($path, $this->settings['api'])) {
            return [$status, $headers + ['Content-Type' => 'application/json'], $this->json($verdict, $status)];
        }
        $body = $this->settings['page'] === null ? $this->page($verdict, $status) : ($this->settings['page'])($verdict, $status);
        return [$status, $headers + ['Content-Type' => 'text/html; charset=utf-8'], $body];
    }

    private static function notice(Verdict $verdict): array
    {
        if ($verdict->notice === 'none') {
            return [];
        }
        $days = $verdict->daysLeft();
        return ['Skerry-Notice' => $verdict->notice] + ($days === null ? [] : ['Skerry-Days-Left' => (string)$days]);
    }

    /** A path that somebody dressed up is none that is open: routers differ in what they make of it. */
    private static function isAmong(string $path, array $patterns): bool
    {
        if (preg_match('/\A(?:\/[A-Za-z0-9_~@+-][A-Za-z0-9._~@+-]*)*\/?\z/', $path) !== 1) {
            return false;
        }
        foreach ($patterns as $pattern) {
            $below = str_ends_with($pattern, '/*');
            $base = $below ? substr($pattern, 0, -2) : rtrim($pattern, '/');
            if (rtrim($path, '/') === $base || ($below && str_starts_with($path, $base . '/'))) {
                return true;
            }
        }
        return false;
    }

    private function json(Verdict $verdict, int $status): string
    {
        $code = $status === 403 && $verdict->isFull() ? 'no_feature' : ($verdict->trouble ?? ($verdict->mayRead() ? 'read_only' : 'no_access'));
        return json_encode(['error' => ['code' => $code, 'message' => $verdict->message], 'license' => [
            'state' => $verdict->state, 'access' => $verdict->access, 'reason' => $verdict->reason,
            'days_left' => $verdict->daysLeft(), 'contact' => (object)$verdict->contact,
        ]], JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE | JSON_INVALID_UTF8_SUBSTITUTE) . "\n";
    }

    private function page(Verdict $verdict, int $status): string
    {
        $text = fn (string $raw): string => htmlspecialchars($raw, ENT_QUOTES | ENT_SUBSTITUTE, 'UTF-8');
        $title = $text($this->settings['title']);
        $lines = '<p>' . $text($verdict->message) . '</p>';
        if ($status === 403 && $verdict->isFull()) {
            $lines = '<p>The license does not include this part.</p>';
        } elseif ($verdict->mayRead()) {
            $lines .= '<p>Nothing was changed. What is there can still be read.</p>';
        }
        foreach (array_intersect_key($verdict->contact, ['telephone' => 1, 'email' => 1, 'url' => 1]) as $way) {
            $lines .= '<p>' . $text($way) . '</p>';
        }
        return "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
            . "content=\"width=device-width\"><title>$title</title></head>\n<body><h1>$title</h1>\n$lines\n</body></html>\n";
    }

    /* --- Laravel, and whatever calls its middleware alike --------------------------------------------- */

    /** @return mixed the answer of $next, or one in its place */
    public function handle($request, callable $next, ?string $feature = null)
    {
        [$status, $headers, $body] = $this->decide($request->getMethod(), $request->getPathInfo(),
            self::accepts((string)$request->headers->get('Accept'), (string)$request->headers->get('X-Requested-With')), $feature);
        if ($status !== 0) {
            return $this->respond($status, $headers, $body);
        }
        $response = $next($request);
        foreach ($headers as $name => $value) {
            $response->headers->set($name, $value);
        }
        return $response;
    }

    private function respond(int $status, array $headers, string $body)
    {
        if ($this->settings['respond'] !== null) {
            return ($this->settings['respond'])($status, $headers, $body);
        }
        $class = class_exists('Illuminate\Http\Response') ? 'Illuminate\Http\Response' : 'Symfony\Component\HttpFoundation\Response';
        return new $class($body, $status, $headers);
    }

    private static function accepts(string $accept, string $requestedWith): bool
    {
        return strcasecmp($requestedWith, 'XMLHttpRequest') === 0
            || (preg_match('/[\/+]json\b/i', $accept) === 1 && stripos($accept, 'text/html') === false);
    }

    /* --- PSR-15 ---------------------------------------------------------------------------------------- */

    /** PSR-15's, but for the interface, which EnsureLicenseValidPsr15 has. */
    public function process($request, $handler): \Psr\Http\Message\ResponseInterface
    {
        [$status, $headers, $body] = $this->decide($request->getMethod(), $request->getUri()->getPath(),
            self::accepts($request->getHeaderLine('Accept'), $request->getHeaderLine('X-Requested-With')));
        if ($status === 0) {
            $response = $handler->handle($request);
        } else {
            $response = $this->settings['factory']->createResponse($status);
            $response->getBody()->write($body);
        }
        foreach ($headers as $name => $value) {
            $response = $response->withHeader($name, $value);
        }
        return $response;
    }

    /* --- plain PHP ------------------------------------------------------------------------------------- */

    /** True: go on. False: the answer has been sent. */
    public function enforce(?string $feature = null): bool
    {
        $path = explode('?', (string)($_SERVER['REQUEST_URI'] ?? '/'), 2)[0];
        [$status, $headers, $body] = $this->decide((string)($_SERVER['REQUEST_METHOD'] ?? 'GET'), $path,
            self::accepts((string)($_SERVER['HTTP_ACCEPT'] ?? ''), (string)($_SERVER['HTTP_X_REQUESTED_WITH'] ?? '')), $feature);
        foreach ($headers as $name => $value) {
            header("$name: $value");
        }
        if ($status === 0) {
            return true;
        }
        http_response_code($status);
        echo $body;
        return false;
    }
}

if (interface_exists('Psr\Http\Server\MiddlewareInterface')) {
    class EnsureLicenseValidPsr15 extends EnsureLicenseValid implements \Psr\Http\Server\MiddlewareInterface
    {
    }
}
