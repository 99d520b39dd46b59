<?php

declare(strict_types=1);

namespace LicenseClient\Sniffs\Security;

use PHP_CodeSniffer\Files\File;
use PHP_CodeSniffer\Sniffs\Sniff;

/** Every printed text is a literal, or comes from a function that escapes it. */
final class EscapedOutputSniff implements Sniff
{
    private const ESCAPES = ['esc_html', 'esc_attr', 'esc_url', 'wp_json_encode'];

    public function register(): array
    {
        return [T_ECHO, T_PRINT, T_STRING];
    }

    public function process(File $phpcsFile, $stackPtr): void
    {
        $tokens = $phpcsFile->getTokens();
        if ($tokens[$stackPtr]['code'] !== T_STRING) {
            $this->checkSpan($phpcsFile, $stackPtr + 1, (int) $phpcsFile->findNext(T_SEMICOLON, $stackPtr));
            return;
        }
        $open = $phpcsFile->findNext(T_WHITESPACE, $stackPtr + 1, null, true);
        $isCall = $tokens[$stackPtr]['content'] === 'printf' && $tokens[$open]['code'] === T_OPEN_PARENTHESIS;
        if ($isCall) {
            $first = (int) $phpcsFile->findNext(T_COMMA, $open);
            $this->checkSpan($phpcsFile, $first, $tokens[$open]['parenthesis_closer']);
        }
    }

    /** Looks at the outermost parts of an expression only: the arguments of a function that escapes are its own. */
    private function checkSpan(File $file, int $from, int $to): void
    {
        $tokens = $file->getTokens();
        for ($at = $from; $at < $to; $at++) {
            ['code' => $code, 'content' => $content] = $tokens[$at];
            if ($code === T_OPEN_PARENTHESIS) {
                $at = $tokens[$at]['parenthesis_closer'];
            } elseif ($code === T_VARIABLE || ($code === T_STRING && !in_array($content, self::ESCAPES, true))) {
                $file->addError('%s is printed, and is not escaped', $at, 'NotEscaped', [$content]);
                return;
            } elseif ($code === T_DOUBLE_QUOTED_STRING) {
                $file->addError('a text with a variable in it is printed', $at, 'Interpolated');
                return;
            }
        }
    }
}
