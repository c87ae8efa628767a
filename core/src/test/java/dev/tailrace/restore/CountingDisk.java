// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.TreeMap;

/** Counts every step on the local disk by its name, and the bytes that are written. */
final class CountingDisk {

    private final Map<String, Integer> steps = new TreeMap<>();
    private long bytesWritten;

    /** The disk that counts. */
    Disk disk() {
        return counting(Disk.class, new LocalDisk());
    }

    private <T> T counting(Class<T> type, T real) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (proxy, method, given) -> {
                    synchronized (steps) {
                        steps.merge(method.getName(), 1, Integer::sum);
                        if (method.getName().equals("write")) {
                            bytesWritten += ((ByteBuffer) given[0]).remaining();
                        }
                    }
                    try {
                        Object result = method.invoke(real, given);
                        return result instanceof Disk.DiskFile file ? counting(Disk.DiskFile.class, file) : result;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                }));
    }

    int count(String step) {
        synchronized (steps) {
            return steps.getOrDefault(step, 0);
        }
    }

    long bytesWritten() {
        synchronized (steps) {
            return bytesWritten;
        }
    }

    @Override
    public String toString() {
        return steps.toString();
    }
}
